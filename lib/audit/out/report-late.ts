import { eachAlone } from '../../each-alone.ts'
import type { Services } from '../../services.ts'
import { OUTLET_COLUMNS, type OutletRow, toOutlet } from './outlet-row.ts'
import { reportReading } from './report-reading.ts'

/** Puts on record what went out since the last row about it, where nothing has gone out for so long that no next one says it. */
export async function reportLate(services: Services, signal: AbortSignal): Promise<void> {
  const rows = await services.db.$queryRaw<OutletRow[]>`
    SELECT ${OUTLET_COLUMNS} FROM log_outlets o JOIN people p ON p.id = o.made_by
    WHERE o.ended_at IS NULL AND o.unreported > 0 AND o.reported_at <= now() - interval '1 hour'
      AND o.last_used_at <= now() - interval '1 hour'`
  await eachAlone(rows, async (row) => {
    const outlet = toOutlet(row)
    if (outlet !== null && !signal.aborted) await reportReading(services, outlet, null)
  })
}
