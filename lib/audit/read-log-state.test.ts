import { expect, test } from 'vitest'
import { judgeLevel, type LogLevel, type LogState } from './read-log-state.ts'

const now = new Date('2026-11-24T12:00:00Z')
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1_000)
const anchor = { where: 's3://anchors', lastAt: now, size: 9, failingSince: null, cause: null }
const stamp = { where: 'https://tsa.test/', lastAt: now, failingSince: null, cause: null }
const good: Omit<LogState, 'level'> = {
  ...{ sealedUpTo: now, oldestUnsealedSeconds: 0, anchor, stamp, running: null },
  lastCheck: { at: ago(60), outcome: 'allowed', told: { by: null, sentence: 'Whole.' } },
}

test.each<[string, LogLevel, Partial<typeof good>, { isOther?: boolean; checkedAt?: Date }]>([
  ['all as it should be', 'good', {}, {}],
  ['a slow moment', 'good', { oldestUnsealedSeconds: 9 }, {}],
  ['sealing 11 seconds behind', 'amber', { oldestUnsealedSeconds: 11 }, {}],
  ['sealing six minutes behind', 'red', { oldestUnsealedSeconds: 360 }, {}],
  ['no anchor', 'amber', { anchor: null }, {}],
  ['an anchor that failed just now', 'good', { anchor: { ...anchor, failingSince: ago(60) } }, {}],
  [
    'an anchor that has failed for six minutes',
    'amber',
    { anchor: { ...anchor, failingSince: ago(360) } },
    {},
  ],
  ['an anchor that has failed for two hours', 'red', { anchor: { ...anchor, failingSince: ago(7_200) } }, {}],
  [
    'an anchor that holds something else',
    'red',
    { anchor: { ...anchor, failingSince: ago(1) } },
    { isOther: true },
  ],
  ['no authority to stamp it', 'good', { stamp: null }, {}],
  ['an authority that failed just now', 'good', { stamp: { ...stamp, failingSince: ago(60) } }, {}],
  [
    'an authority that has failed for six minutes',
    'amber',
    { stamp: { ...stamp, failingSince: ago(360) } },
    {},
  ],
  [
    'an authority that has failed for two hours',
    'red',
    { stamp: { ...stamp, failingSince: ago(7_200) } },
    {},
  ],
  ['no check for three days', 'amber', {}, { checkedAt: ago(3 * 86_400) }],
  ['a check that found something', 'red', { lastCheck: { at: ago(60), outcome: 'failed', told: null } }, {}],
])('%s is %s', (_, level, changes, { isOther = false, checkedAt = ago(60) }) => {
  expect(judgeLevel({ ...good, ...changes }, { now, isOther, checkedAt })).toBe(level)
})
