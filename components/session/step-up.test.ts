import { expect, test } from 'vitest'
import { parseStepUp } from './step-up.ts'

const now = new Date('2026-11-24T09:10:00Z')
const kept = { archiveId: 'a', purpose: 'play', savedAt: '2026-11-24T09:00:01Z' }

test('what was begun before a sign-in is gone on with for ten minutes', () => {
  expect(parseStepUp(JSON.stringify(kept), now)).toEqual({ archiveId: 'a', purpose: 'play' })
  expect(parseStepUp(JSON.stringify({ ...kept, savedAt: '2026-11-24T09:00:00Z' }), now)).toBeNull()
  expect(parseStepUp(JSON.stringify({ ...kept, savedAt: '2026-11-24T09:11:00Z' }), now)).toBeNull()
})

test('nothing else is gone on with', () => {
  const odd = [
    null,
    '',
    'null',
    '{',
    '[]',
    JSON.stringify({ ...kept, purpose: 'delete' }),
    '{"archiveId":"a"}',
  ]
  expect(odd.map((text) => parseStepUp(text, now))).toEqual(odd.map(() => null))
})
