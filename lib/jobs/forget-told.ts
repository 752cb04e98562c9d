import { forgetNotices } from '../notices/forget-notices.ts'
import { forgetDeliveries } from '../webhooks/forget-deliveries.ts'
import { inRounds } from './in-rounds.ts'
import type { Job } from './job.ts'

/** A thousand each. */
const MAX_ROUNDS = 100
const HOUR_MS = 60 * 60 * 1000
const WORKS = { 'forget-notices': forgetNotices, 'forget-deliveries': forgetDeliveries } as const

/** What people and other programs were told is not kept for ever. */
export const forgetTold: readonly Job[] = Object.entries(WORKS).map(([name, work]) => ({
  ...{ name, everyMs: 6 * HOUR_MS, run: inRounds(MAX_ROUNDS, work) },
}))
