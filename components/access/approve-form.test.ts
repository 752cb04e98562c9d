import { expect, test } from 'vitest'
import { type ApproveFields, beginApproval, judgeApproval, planSpans, toDecision } from './approve-form.ts'

const clock = { now: new Date('2026-11-24T09:03:20Z'), zone: 'Europe/Berlin' }
const asked = {
  rights: ['recording:find', 'recording:play', 'recording:download'],
  until: new Date('2026-12-24T09:00:00Z'),
  longestDays: 90,
}
const fields: ApproveFields = { rights: asked.rights, span: 'asked', lastDay: '', word: ' Go on. ' }
const judge = (change: Partial<ApproveFields>) => judgeApproval({ ...fields, ...change }, asked, clock)

test('what was asked for is approved as it is, with a word or without', () => {
  expect(judge({})).toEqual([])
  expect(toDecision(fields, asked, clock)).toEqual({ approve: true, word: 'Go on.' })
  expect(judge({ word: ' ' })).toEqual([])
  expect(toDecision({ ...fields, word: ' ' }, asked, clock)).toEqual({ approve: true })
})

test('or for less, and shorter', () => {
  const less = { ...fields, rights: ['recording:find', 'recording:play'], span: 'day', lastDay: '2026-11-30' }
  expect(judge(less)).toEqual([])
  expect(toDecision(less, asked, clock)).toEqual({
    approve: true,
    rights: ['recording:find', 'recording:play'],
    until: '2026-11-30T23:00:00.000Z',
    word: 'Go on.',
  })
  expect(toDecision({ ...fields, span: '7' }, asked, clock)).toMatchObject({
    until: '2026-12-01T09:00:00.000Z',
  })
})

test('never for longer, nor for what is over', () => {
  expect(planSpans(asked, clock).map(({ days }) => days)).toEqual([1, 7])
  expect(judge({ span: 'day' })).toEqual([['lastDay', 'Choose the last day.']])
  expect(judge({ span: 'day', lastDay: '2026-12-24' })).toEqual([
    ['lastDay', 'Choose a day before the end that was asked for.'],
  ])
  expect(judge({ span: 'day', lastDay: '2026-11-23' })).toEqual([
    ['lastDay', 'Choose an end that is not over.'],
  ])
  expect(judge({ word: 'x'.repeat(2001) })).toEqual([['word', 'Say it in at most 2,000 characters.']])
})

test('a request whose end has come is not approved as it is', () => {
  const over = { ...asked, until: new Date('2026-11-24T09:00:00Z') }
  expect(judgeApproval(fields, over, clock)).toEqual([['span', 'Choose an end that is not over.']])
})

test('what is longer than may be given there begins with the longest that may', () => {
  const long = { ...asked, longestDays: 14 }
  const begun = beginApproval(long, clock)
  expect(begun.span).toBe('14')
  expect(judgeApproval(begun, long, clock)).toEqual([])
  expect(toDecision(begun, long, clock)).toEqual({ approve: true, until: '2026-12-08T09:00:00.000Z' })
  expect(planSpans(long, clock).map(({ label }) => label)).toEqual([
    'One day',
    'One week',
    '14 days, the longest there',
  ])
  expect(judgeApproval(fields, long, clock)).toEqual([['span', 'A grant lasts at most 14 days there.']])
  expect(judgeApproval({ ...fields, span: 'day', lastDay: '2026-12-20' }, long, clock)).toEqual([
    ['lastDay', 'A grant lasts at most 14 days there.'],
  ])
  expect(beginApproval(asked, clock).span).toBe('asked')
  expect(beginApproval({ ...asked, longestDays: null }, clock).span).toBe('asked')
})
