import { describe, expect, test } from 'vitest'
import { endOfDay, endOfSpan, judgeEnd, planOffers, readWanted } from './asking-for.ts'

const now = new Date('2026-11-24T09:03:20Z')

describe('how long', () => {
  test('a span ends on whole minutes, and a little short of what it is called', () => {
    expect(endOfSpan(1, now)).toEqual(new Date('2026-11-25T09:00:00Z'))
    expect(judgeEnd(endOfSpan(90, now), now)).toBeNull()
  })

  test('until a day is with that day, in the reader’s zone', () => {
    expect(endOfDay('2026-11-30', 'UTC')).toEqual(new Date('2026-12-01T00:00:00Z'))
    expect(endOfDay('2026-11-30', 'Europe/Berlin')).toEqual(new Date('2026-11-30T23:00:00Z'))
    // Clocks go back: that day has 25 hours.
    expect(endOfDay('2026-10-25', 'Europe/Berlin')).toEqual(new Date('2026-10-25T23:00:00Z'))
    expect(endOfDay('2027-03-28', 'Europe/Berlin')).toEqual(new Date('2027-03-28T22:00:00Z'))
  })

  test('never a day that is over, no day at all, or more than 90 days', () => {
    expect(judgeEnd(endOfDay('2026-11-23', 'UTC'), now)).toBe('Choose a day that is not over.')
    expect(judgeEnd(endOfDay('2026-11-31', 'UTC'), now)).toBe('Choose the last day.')
    expect(judgeEnd(endOfDay('2027-02-21', 'UTC'), now)).toBeNull()
    expect(judgeEnd(endOfDay('2027-02-22', 'UTC'), now)).toBe('Choose a day within 90 days from now.')
    // Clocks go back meanwhile: by the calendar it is 90 days.
    const midnight = new Date('2026-08-31T22:00:00Z')
    expect(judgeEnd(endOfDay('2026-11-29', 'Europe/Berlin'), midnight)).toBeNull()
    expect(judgeEnd(endOfDay('2026-11-30', 'Europe/Berlin'), midnight)).not.toBeNull()
  })
})

test('what somebody writes is an ID by its form, else a project by its name', () => {
  const archiveId = '0B7C8F6E-0000-4000-8000-000000000001'
  const sessionId = '2_MX40NzIwMTEwMX5-MTc2NDAwMDAwMDAwMH5hYmN-fg'
  expect(readWanted(` "${archiveId}" `)).toEqual({ kind: 'archive', archiveId: archiveId.toLowerCase() })
  expect(readWanted(`<${sessionId}>`)).toEqual({ kind: 'session', sessionId })
  expect(readWanted(' Retail EU ')).toEqual({ kind: 'project', project: 'Retail EU' })
  expect([readWanted('  '), readWanted('x'.repeat(121))]).toEqual([null, null])
})

test('where a page was refused, its session is asked for; elsewhere what is named, or nothing', () => {
  const sessionId = '2_MX40NzIwMTEwMX5-MTc2NDAwMDAwMDAwMH5hYmN-fg'
  const wanted = { kind: 'session', sessionId }
  expect(planOffers(`/sessions/${sessionId}`)).toMatchObject([{ wanted }])
  expect([planOffers('/sessions'), planOffers('/'), planOffers('/sessions/%zz')]).toEqual([[], [], []])
  expect([planOffers('/audit'), planOffers('/access/people/x'), planOffers('/projects')]).toEqual([
    null,
    null,
    null,
  ])
})
