import type { Prisma } from '../../../prisma/client/client.ts'
import { act } from '../../access/act.ts'
import { OUTLET_COLUMNS, type OutletRow, toOutlet } from '../../audit/out/outlet-row.ts'
import { recordEvent } from '../../audit/record.ts'
import type { Actor } from '../../auth/actor.ts'
import { eachAlone } from '../../each-alone.ts'
import type { Services } from '../../services.ts'
import { newUuid, toLoggedId } from '../../uuid.ts'
import { webhookHost } from '../check-webhook.ts'
import { lockPush } from './lock-push.ts'

/** Ends a push, again as good as once; what is on its way is given up. On record, and so is a refusal: `forbidden`. */
export async function endPush(services: Services, actor: Actor, pushId: string): Promise<void> {
  const about = { target: { kind: 'log-push', id: toLoggedId(pushId) } }
  await act(services, { actor, action: 'webhook.changed', about }, async (doing) => {
    const push = await lockPush(doing, pushId)
    if (push.isEnded) return
    const rows = await endOne(doing.tx, { id: push.id, why: 'revoked' })
    await doing.record('webhook.changed', { after: { did: 'removed', host: webhookHost(push.url), rows } })
  })
}

/** Ends pushes whose maker may not export that log any more: for good, and on record. */
export async function endLapsedPushes({ db }: Services, signal: AbortSignal): Promise<void> {
  const rows = await db.$queryRaw<(OutletRow & { host: string; projectName: string | null })[]>`
    SELECT ${OUTLET_COLUMNS}, o.name AS host, pr.name AS "projectName"
    FROM log_outlets o JOIN people p ON p.id = o.made_by
    LEFT JOIN projects pr ON pr.id = ANY (o.project_ids)
    WHERE o.kind = 'push' AND o.ended_at IS NULL`
  await eachAlone(rows, async ({ host, projectName, ...row }) => {
    if (signal.aborted || toOutlet(row) !== null) return
    const { id, projectIds } = row
    const [projectId] = projectIds
    await db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT FROM log_outlets WHERE id = ${id}::uuid FOR UPDATE`
      const rows = await endOne(tx, { id, why: 'hand' })
      if (rows === null) return
      await recordEvent(tx, {
        id: newUuid(),
        action: 'webhook.changed',
        outcome: 'allowed',
        actor: { kind: 'service', name: 'log-out' },
        target: { kind: 'log-push', id },
        ...(projectId !== undefined && { projectId }),
        ...(projectName !== null && { projectName }),
        after: { did: 'removed', why: 'hand', host, rows },
      })
    })
  })
}

/** Answers how many rows went out since that was last put on record; null when it had ended before. */
async function endOne(
  tx: Prisma.TransactionClient,
  { id, why }: { readonly id: string; readonly why: 'revoked' | 'hand' },
): Promise<number | null> {
  const was = await tx.logOutlet.findUnique({ where: { id, endedAt: null }, select: { unreported: true } })
  if (was === null) return null
  await tx.logOutlet.update({ where: { id }, data: { endedAt: new Date(), endReason: why, unreported: 0 } })
  await tx.webhook.update({ where: { id }, data: { removedAt: new Date() } })
  await tx.webhookDelivery.updateMany({
    where: { webhookId: id, deliveredAt: null, deadAt: null },
    data: { deadAt: new Date(), nextAttemptAt: null, lastError: 'the push was ended' },
  })
  return was.unreported
}
