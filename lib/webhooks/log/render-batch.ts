import { z } from 'zod'
import { OUTLET_COLUMNS, type OutletRow, toOutlet } from '../../audit/out/outlet-row.ts'
import { ofScope, readSealed } from '../../audit/out/read-sealed.ts'
import { countReading, reportReading } from '../../audit/out/report-reading.ts'
import { renderCursor } from '../../audit/out/seal-place.ts'
import type { Services } from '../../services.ts'
import type { BatchBody } from './cut-batches.ts'
import { LOG_BATCH } from './log-event.ts'

const place = z.object({ block: z.number().int(), row: z.number().int() })
const batch = z.object({ from: place, through: place, rows: z.number().int() })

/**
 * What a batch says, as the log says it now. That the log goes out is on record before. Null when whoever made the push
 * may not export that log any more.
 */
export async function renderBatch(
  services: Services,
  { webhookId, body }: { readonly webhookId: string; readonly body: unknown },
): Promise<string | null> {
  const { db } = services
  const [row] = await db.$queryRaw<OutletRow[]>`
    SELECT ${OUTLET_COLUMNS} FROM log_outlets o JOIN people p ON p.id = o.made_by
    WHERE o.webhook_id = ${webhookId}::uuid AND o.ended_at IS NULL`
  const outlet = row === undefined ? null : toOutlet(row)
  if (outlet === null) return null
  const { from, through, rows }: BatchBody = batch.parse(body)
  if (outlet.isReportDue) await reportReading(services, outlet, null)
  const read = await readSealed(db, { from, until: through, limit: rows, where: ofScope(outlet.scope) })
  await countReading(services, outlet, read.events.length)
  const next = await renderCursor(db, through)
  const timestamp = new Date().toISOString()
  return JSON.stringify({ type: LOG_BATCH, timestamp, data: { events: read.events, next } })
}
