import { describe, expect, test } from 'vitest'
import type { Givable } from '../../lib/access/giving/list-givable.ts'
import { EMPTY, type GiveFields, judgeGive, longestDays, needsSecond, toGrant } from './give-form.ts'

const SESSION_ID = '2_MX40NzIwMTEwMX5-MTc2NDAwMDAwMDAwMH5hYmN-fg'
const ARCHIVE_ID = '0b7c8f6e-0000-4000-8000-000000000001'
const clock = { now: new Date('2026-11-24T09:03:20Z'), zone: 'Europe/Berlin' }
const retail = {
  id: 'r',
  name: 'Retail EU',
  region: 'eu',
  unit: 'retail',
  longestGrantDays: 90,
  fourEyes: false,
}
const givable: Givable = {
  projects: [
    retail,
    { ...retail, id: 'p', name: 'Private EU', unit: 'private', longestGrantDays: 14, fourEyes: true },
  ],
  isWide: true,
}
const filled: GiveFields = {
  ...EMPTY,
  email: ' robin@demo.test ',
  project: 'Retail EU',
  reason: 'A complaint of last week.',
}
const judge = (fields: Partial<GiveFields>) => judgeGive({ ...filled, ...fields }, givable, clock)

describe('what is given', () => {
  test('finds and plays, from now, as long as was chosen', () => {
    expect(judge({})).toEqual([])
    expect(toGrant(filled, clock)).toEqual({
      email: 'robin@demo.test',
      project: 'Retail EU',
      rights: ['recording:find', 'recording:play'],
      until: '2026-12-24T09:00:00.000Z',
      reason: 'A complaint of last week.',
    })
  })

  test('begins and ends with days of the reader’s zone', () => {
    const days = { begins: 'day', firstDay: '2026-12-01', span: 'day', lastDay: '2026-12-31' } as const
    expect(judge(days)).toEqual([])
    expect(toGrant({ ...filled, ...days }, clock)).toMatchObject({
      from: '2026-11-30T23:00:00.000Z',
      until: '2026-12-31T23:00:00.000Z',
    })
  })

  test('reaches one session or one archive by its ID, whatever stands around it', () => {
    const one = { ...filled, notOlderThanDays: '30' }
    expect(toGrant({ ...one, scope: 'session', recording: `"${SESSION_ID}"` }, clock)).toMatchObject({
      sessionId: SESSION_ID,
      notOlderThanDays: 30,
    })
    const archive = toGrant({ ...one, scope: 'archive', recording: ARCHIVE_ID.toUpperCase() }, clock)
    expect(archive).toMatchObject({ archiveId: ARCHIVE_ID })
    expect(archive).not.toHaveProperty('notOlderThanDays')
    expect(archive).not.toHaveProperty('project')
  })
})

describe('what stands against it', () => {
  test.each<[string, Partial<GiveFields>, readonly (readonly [string, string])[]]>([
    ['nobody', { email: 'robin' }, [['email', 'Enter the mail somebody signs in with.']]],
    ['no group', { holder: 'group' }, [['group', 'Enter the name of a group.']]],
    ['no project', { project: '' }, [['project', 'Choose a project.']]],
    ['no region', { scope: 'region' }, [['region', 'Choose a region.']]],
    ['no unit', { scope: 'unit' }, [['unit', 'Choose a unit.']]],
    ['half an ID', { scope: 'session', recording: '2_MX' }, [['recording', 'Enter a whole session ID.']]],
    [
      'the other ID',
      { scope: 'archive', recording: SESSION_ID },
      [['recording', 'Enter a whole archive ID.']],
    ],
    ['no days', { notOlderThanDays: '0' }, [['notOlderThanDays', 'Enter whole days, or nothing.']]],
    ['no first day', { begins: 'day' }, [['firstDay', 'Choose the first day.']]],
    ['no last day', { span: 'day' }, [['lastDay', 'Choose the last day.']]],
    [
      'too long',
      { span: 'day', lastDay: '2027-02-22' },
      [['lastDay', 'A grant lasts at most 90 days here.']],
    ],
    ['too long there', { project: 'Private EU' }, [['span', 'A grant lasts at most 14 days here.']]],
    ['no reason', { reason: ' as ever ' }, [['reason', 'Say why in at least 10 characters.']]],
  ])('%s', (_, fields, faults) => {
    expect(judge(fields)).toEqual(faults)
  })

  test('an end that is over, or before the beginning', () => {
    expect(judge({ span: 'day', lastDay: '2026-11-23' })).toContainEqual([
      'lastDay',
      'Choose a day that is not over.',
    ])
    const turned = { begins: 'day', firstDay: '2026-12-02', span: 'day', lastDay: '2026-12-01' } as const
    expect(judge(turned)).toContainEqual(['lastDay', 'Choose a day that is not before the first.'])
  })
})

test('90 days by the calendar are 90 days, where clocks go back meanwhile', () => {
  const summer = { now: new Date('2026-08-24T09:00:00Z'), zone: 'Europe/Berlin' }
  const days = { ...filled, begins: 'day', firstDay: '2026-09-01', span: 'day' } as const
  expect(judgeGive({ ...days, lastDay: '2026-11-29' }, givable, summer)).toEqual([])
  expect(judgeGive({ ...days, lastDay: '2026-11-30' }, givable, summer)).toEqual([
    ['lastDay', 'A grant lasts at most 90 days here.'],
  ])
})

test('of several projects the shortest limit holds, and the second administrator of any', () => {
  const region: GiveFields = { ...EMPTY, scope: 'region', region: 'eu' }
  expect([longestDays(region, givable), needsSecond(region, givable)]).toEqual([14, true])
  const unit: GiveFields = { ...EMPTY, scope: 'unit', unit: 'retail' }
  expect([longestDays(unit, givable), needsSecond(unit, givable)]).toEqual([90, false])
  const session: GiveFields = { ...EMPTY, scope: 'session' }
  expect([longestDays(session, givable), needsSecond(session, givable)]).toEqual([90, null])
})
