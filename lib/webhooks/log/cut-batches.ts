import { OUTLET_COLUMNS, type Outlet, type OutletRow, toOutlet } from '../../audit/out/outlet-row.ts'
import { ofScope, readSealed } from '../../audit/out/read-sealed.ts'
import type { SealPlace } from '../../audit/out/seal-place.ts'
import { eachAlone } from '../../each-alone.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import { LOG_BATCH } from './log-event.ts'

/** Which rows a batch is; they are read when it is sent, so that what was erased meanwhile does not go out. */
export type BatchBody = { readonly from: SealPlace; readonly through: SealPlace; readonly rows: number }

type Due = { readonly outlet: Outlet; readonly from: SealPlace }
type Row = OutletRow & { readonly block: bigint; readonly row: number }

const ROWS_A_BATCH = 500

/**
 * Puts the next rows of the log on their way, for each push, or for the one named, that has nothing on its way: one
 * batch after the other, so that they arrive in the order the log was sealed in. One that was given up keeps none back.
 */
export async function cutBatches(services: Services, pushId: string | null = null): Promise<void> {
  await eachAlone(await listDue(services, pushId), (due) => cutBatch(services, due))
}

async function listDue({ db }: Services, pushId: string | null): Promise<Due[]> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT ${OUTLET_COLUMNS}, o.next_block AS block, o.next_row AS row
    FROM log_outlets o JOIN people p ON p.id = o.made_by JOIN webhooks w ON w.id = o.webhook_id
    WHERE o.kind = 'push' AND o.ended_at IS NULL AND w.removed_at IS NULL
      AND (${pushId}::uuid IS NULL OR o.id = ${pushId}::uuid)
      AND o.next_block <= (SELECT max(number) FROM audit.blocks)
      AND NOT EXISTS (SELECT FROM webhook_deliveries d
        WHERE d.webhook_id = w.id AND d.delivered_at IS NULL AND d.dead_at IS NULL AND NOT d.body ? 'again')`
  return rows.flatMap(({ block, row, ...outlet }) => {
    const counting = toOutlet(outlet)
    return counting === null ? [] : [{ outlet: counting, from: { block: Number(block), row } }]
  })
}

/** Whoever finds that another process was faster leaves it to that one. */
async function cutBatch({ db }: Services, { outlet, from }: Due): Promise<void> {
  const where = ofScope(outlet.scope)
  const { events, next } = await readSealed(db, { from, limit: ROWS_A_BATCH, where })
  if (next.block === from.block && next.row === from.row) return
  await db.$transaction(async (tx) => {
    const moved = await tx.$executeRaw`
      UPDATE log_outlets SET next_block = ${next.block}::bigint, next_row = ${next.row}::int
      WHERE id = ${outlet.id}::uuid AND ended_at IS NULL
        AND next_block = ${from.block}::bigint AND next_row = ${from.row}::int`
    if (moved === 0 || events.length === 0) return
    const body: BatchBody = { from, through: next, rows: events.length }
    await tx.webhookDelivery.create({
      data: { id: newUuid(), webhookId: outlet.id, event: LOG_BATCH, body },
    })
  })
}
