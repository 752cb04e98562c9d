import type { Act } from '../access/act.ts'
import { AppError } from '../errors.ts'
import { isUuid } from '../uuid.ts'
import { factsOf, lockPlace, type Place } from './lock-place.ts'
import { THE_LOG } from './log/log-event.ts'

export type LockedWebhook = {
  readonly id: string
  readonly projectId: string | null
  readonly url: string
  readonly secrets: unknown
  readonly isRemoved: boolean
  readonly events: readonly string[]
}

/**
 * A webhook that is being changed, with where it stands. Throws `forbidden` for one that is not there or not theirs,
 * `webhook-invalid` for one that the log is pushed to.
 */
export async function lockWebhook(
  doing: Act,
  webhookId: string,
): Promise<{ webhook: LockedWebhook; place: Place }> {
  const { tx, note } = doing
  if (!isUuid(webhookId)) throw new AppError('forbidden')
  const known = await tx.webhook.findUnique({ where: { id: webhookId }, select: { projectId: true } })
  if (known === null) throw new AppError('forbidden')
  const place = await lockPlace(doing, known.projectId)
  note(factsOf(place))
  const [webhook] = await tx.$queryRaw<LockedWebhook[]>`
    SELECT id, project_id AS "projectId", url, secrets, removed_at IS NOT NULL AS "isRemoved", events
    FROM webhooks WHERE id = ${webhookId}::uuid FOR UPDATE`
  if (webhook === undefined) throw new AppError('forbidden')
  if (webhook.events.includes(THE_LOG))
    throw new AppError('webhook-invalid', 'The log is pushed here: that is for an auditor to change.')
  return { webhook, place }
}
