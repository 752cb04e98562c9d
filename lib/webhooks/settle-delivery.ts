import { recordEvent } from '../audit/record.ts'
import { planRetry, type WebhookOutcome } from '../outgoing/webhook.ts'
import { factsOfProject } from '../projects/project-facts.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import type { Claimed } from './claim-deliveries.ts'
import { LOG_BATCH } from './log/log-event.ts'

/** Who is on record for what is sent by itself. */
const SERVICE = 'webhooks'

/** Puts down how an attempt went: taken, to be tried again, or given up, the last on record. */
export async function settleDelivery(
  services: Services,
  claimed: Claimed,
  outcome: WebhookOutcome,
): Promise<void> {
  if (outcome.delivered) {
    await services.db.$executeRaw`
      UPDATE webhook_deliveries
      SET delivered_at = now(), dead_at = NULL, next_attempt_at = NULL, last_status = ${outcome.status}, last_error = NULL
      WHERE id = ${claimed.id}::uuid AND delivered_at IS NULL`
    return
  }
  // What the log says is not dropped because a receiver was away for good for a while.
  const isFinal = outcome.isFinal && claimed.event !== LOG_BATCH
  const afterMs = isFinal ? null : planRetry(claimed.attempts, Math.random())
  if (afterMs === null) return giveUp(services, claimed, outcome)
  // Should somebody else have it by now, it is theirs to settle.
  await services.db.$executeRaw`
    UPDATE webhook_deliveries
    SET next_attempt_at = now() + ${afterMs} * interval '1 millisecond',
      last_status = ${outcome.status}, last_error = ${outcome.error}
    WHERE id = ${claimed.id}::uuid AND attempts = ${claimed.attempts} AND delivered_at IS NULL AND dead_at IS NULL`
}

/** Gives back what was not sent after all, as if it had not been taken. */
export async function giveBack({ db }: Services, { id, attempts }: Claimed): Promise<void> {
  await db.$executeRaw`
    UPDATE webhook_deliveries SET attempts = attempts - 1, next_attempt_at = now()
    WHERE id = ${id}::uuid AND attempts = ${attempts} AND delivered_at IS NULL AND dead_at IS NULL`
}

type Failure = Extract<WebhookOutcome, { delivered: false }>

async function giveUp({ db }: Services, claimed: Claimed, { status, error }: Failure): Promise<void> {
  const { id, event, attempts, webhookId, project } = claimed
  await db.$transaction(async (tx) => {
    const count = await tx.$executeRaw`
      UPDATE webhook_deliveries
      SET dead_at = now(), next_attempt_at = NULL, last_status = ${status}, last_error = ${error}
      WHERE id = ${id}::uuid AND attempts = ${attempts} AND delivered_at IS NULL AND dead_at IS NULL`
    if (count === 0) return
    await recordEvent(tx, {
      id: newUuid(),
      action: 'webhook.failed',
      outcome: 'failed',
      actor: { kind: 'service', name: SERVICE },
      target: { kind: 'webhook', id: webhookId },
      ...(project && factsOfProject(project)),
      after: { deliveryId: id, event, attempts, status, error },
    })
  })
}
