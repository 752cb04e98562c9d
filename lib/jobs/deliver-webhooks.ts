import { deliverDue } from '../webhooks/deliver-due.ts'
import type { Job } from './job.ts'

/** Tells other programs what they want to be told, and tries again what they did not take. */
export const deliverWebhooks: Job = {
  name: 'deliver-webhooks',
  everyMs: 2_000,
  run: deliverDue,
}
