import { expect, test } from 'vitest'
import type { ShownScope } from '../../lib/access/grant-scope.ts'
import { isKnown, sayRights, sayScope } from './say-scope.ts'

const NONE: ShownScope = {
  kind: 'project',
  project: null,
  region: null,
  unit: null,
  sessionId: null,
  archiveId: null,
  maxAgeDays: null,
}

test.each([
  ['Retail EU', { ...NONE, project: 'Retail EU' }],
  ['Retail EU, not older than 30 days', { ...NONE, project: 'Retail EU', maxAgeDays: 30 }],
  ['region eu, not older than one day', { ...NONE, kind: 'region', region: 'eu', maxAgeDays: 1 }],
  ['unit retail', { ...NONE, kind: 'unit', unit: 'retail' }],
  ['session 2_MX4 of Retail EU', { ...NONE, kind: 'session', project: 'Retail EU', sessionId: '2_MX4' }],
  ['session 2_MX4', { ...NONE, kind: 'session', sessionId: '2_MX4' }],
  ['recording 0b7c of Retail EU', { ...NONE, kind: 'archive', project: 'Retail EU', archiveId: '0b7c' }],
] as const)('it reaches: %s', (said, scope) => {
  expect(sayScope(scope)).toBe(said)
})

test('an ID of which no project is known is not known; a project, a region or a unit is', () => {
  const session: ShownScope = { ...NONE, kind: 'session', sessionId: '2_MX4' }
  expect([isKnown(session), isKnown({ ...session, project: 'Retail EU' })]).toEqual([false, true])
  expect(isKnown({ ...NONE, kind: 'region', region: 'eu' })).toBe(true)
})

test('rights are listed by their words, and one that is new here as it is', () => {
  expect(sayRights(['recording:find', 'recording:play', 'recording:edit'])).toBe('find, play, recording:edit')
})
