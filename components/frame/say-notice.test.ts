import { describe, expect, test } from 'vitest'
import {
  isNoticeKind,
  NOTICE_KINDS,
  type NoticeAbout,
  type NoticeKind,
} from '../../lib/notices/notice-kind.ts'
import { sayNotice } from './say-notice.ts'

const say = (kind: NoticeKind, about: NoticeAbout, isGiver = false): string =>
  sayNotice({ kind, about, isGiver }, 'UTC')
const RETAIL = { scope: 'project', project: 'Retail EU' }

test('a notice names who asks, and for what, where that is known', () => {
  expect(say('request.made', { person: 'Robin Reviewer', ...RETAIL })).toBe(
    'Robin Reviewer asks for access to Retail EU.',
  )
  expect(say('request.made', { person: null, project: null })).toBe('Somebody asks for access.')
})

test.each([
  [{ project: 'Retail EU' }, 'Retail EU'],
  [RETAIL, 'Retail EU'],
  [{ scope: 'region', project: null, region: 'eu', unit: null }, 'the region eu'],
  [{ scope: 'unit', project: null, region: null, unit: 'branches' }, 'the unit branches'],
  [{ scope: 'session', project: 'Retail EU' }, 'one session of Retail EU'],
  [{ scope: 'archive', project: 'Retail EU' }, 'one recording of Retail EU'],
  [{ scope: 'archive', project: null }, 'one recording'],
])('a notice says how far it reaches: %j', (about, reach) => {
  expect(say('request.approved', about)).toBe(`Your request for access to ${reach} was approved.`)
  expect(say('grant.revoked', about)).toBe(`Your access to ${reach} was taken back.`)
})

test('a request that one has approved where two must is not told as if it counted', () => {
  expect(say('request.approved', { ...RETAIL, state: 'awaiting' })).toBe(
    'Your request for access to Retail EU was approved, and waits for a second administrator.',
  )
  expect(say('request.approved', { ...RETAIL, state: 'in force' })).toBe(
    'Your request for access to Retail EU was approved.',
  )
})

test('a change of all projects is not told as one of a single project', () => {
  const about = { scope: 'all', project: null }
  expect(say('change.awaiting', about)).toBe('A change of all projects waits for a second administrator.')
  expect(say('change.decided', about)).toBe('A change of all projects was decided.')
  expect(say('change.awaiting', { scope: 'portal', project: null })).toBe(
    'A change of the portal’s own log waits for a second administrator.',
  )
})

describe('of a grant', () => {
  test('that begins later is told from when', () => {
    expect(say('grant.given', { ...RETAIL, from: null })).toBe('You were given access to Retail EU.')
    const later = { ...RETAIL, from: '2026-12-01T09:30:00.000Z' }
    expect(say('grant.given', later)).toBe(
      'You were given access to Retail EU, from 2026-12-01 09:30:00 UTC on.',
    )
    const notice = { kind: 'grant.given', about: later, isGiver: false } as const
    expect(sayNotice(notice, 'Europe/Berlin')).toContain('from 2026-12-01 10:30:00 +01:00 on')
  })

  test('for a group is not told as one’s own', () => {
    const about = { ...RETAIL, group: 'desk', holder: null }
    expect(say('grant.given', about)).toBe('Your group desk was given access to Retail EU.')
    expect(say('grant.ending', about)).toBe('The access of your group desk to Retail EU is about to end.')
    expect(say('grant.revoked', about)).toBe('The access of your group desk to Retail EU was taken back.')
  })

  test('that is taken back is not told to whoever gave it as theirs', () => {
    for (const group of [null, 'desk'])
      expect(say('grant.revoked', { ...RETAIL, group }, true)).toBe(
        'A grant of access to Retail EU was taken back.',
      )
  })

  test('that counted and waits now is told as that, and how that ended', () => {
    const about = { ...RETAIL, holder: 'Robin Reviewer', group: null, counted: 'before' }
    expect(say('grant.suspended', about)).toBe(
      'Your access to Retail EU waits for a second administrator, and opens nothing until then.',
    )
    expect(say('grant.suspended', about, true)).toBe(
      'Access you gave to Robin Reviewer waits for a second administrator: Retail EU.',
    )
    expect(say('grant.refused', { ...about, group: 'desk' })).toBe(
      'The access of your group desk to Retail EU has ended: no second administrator approved it.',
    )
    expect(say('grant.refused', about, true)).toBe('A grant of access to Retail EU was not approved.')
  })

  test('that a second one has approved is told to whoever gave it as what they gave', () => {
    const about = { ...RETAIL, holder: 'Robin Reviewer', group: null, from: null }
    expect(say('grant.given', about, true)).toBe('Access you gave to Robin Reviewer was approved: Retail EU.')
    const later = { ...RETAIL, holder: null, group: 'desk', from: '2026-12-01T09:30:00.000Z' }
    expect(say('grant.given', later, true)).toBe(
      'Access you gave to the group desk was approved, from 2026-12-01 09:30:00 UTC on: Retail EU.',
    )
  })

  test('that ends is told to whoever gave it as what they gave', () => {
    const about = { scope: 'archive', project: 'Retail EU', holder: 'Robin Reviewer', group: null }
    expect(say('grant.ending', about)).toBe('Your access to one recording of Retail EU is about to end.')
    expect(say('grant.ending', about, true)).toBe(
      'Access you gave to Robin Reviewer is about to end: one recording of Retail EU.',
    )
    expect(say('grant.ending', { ...RETAIL, holder: null, group: 'desk' }, true)).toBe(
      'Access you gave to the group desk is about to end: Retail EU.',
    )
    expect(say('grant.ending', { ...RETAIL, holder: null }, true)).toBe(
      'Access you gave is about to end: Retail EU.',
    )
  })
})

test('each kind is a sentence of its own, with a project and without one', () => {
  const kinds = Object.keys(NOTICE_KINDS).filter(isNoticeKind)
  for (const about of [{ project: 'Retail EU' }, {}]) {
    const sentences = kinds.map((kind) => say(kind, about))
    expect(new Set(sentences).size).toBe(kinds.length)
    for (const sentence of sentences) expect(sentence).toMatch(/^\p{Lu}[^.]+\.$/u)
  }
})
