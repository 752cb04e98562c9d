import type { Prisma } from '../../../prisma/client/client.ts'
import { eachAlone } from '../../each-alone.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import { recordEvent } from '../record.ts'
import { factsOfProjects } from './make-token.ts'
import { OUTLET_COLUMNS, type OutletRow, toOutlet } from './outlet-row.ts'

type Row = OutletRow & { readonly isOver: boolean }
type Lapsed = { readonly id: string; readonly why: 'expired' | 'hand' }

/**
 * Ends tokens that are past their time, or whose maker may not export the log of their scope any more: for good, so that
 * a role given again later revives nothing that was forgotten. Each is on record.
 */
export async function endLapsedTokens({ db }: Services, signal: AbortSignal): Promise<void> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT o.until <= now() AS "isOver", ${OUTLET_COLUMNS}
    FROM log_outlets o JOIN people p ON p.id = o.made_by
    WHERE o.kind = 'token' AND o.ended_at IS NULL`
  await eachAlone(rows, async ({ isOver, ...row }) => {
    const why = isOver ? 'expired' : 'hand'
    if (signal.aborted || (!isOver && toOutlet(row) !== null)) return
    await db.$transaction((tx) => endOne(tx, { id: row.id, why }))
  })
}

async function endOne(tx: Prisma.TransactionClient, { id, why }: Lapsed): Promise<void> {
  const [ended] = await tx.$queryRaw<{ name: string; unreported: number; projectIds: string[] }[]>`
    UPDATE log_outlets o SET ended_at = now(), end_reason = ${why}, unreported = 0
    FROM (SELECT id, unreported FROM log_outlets WHERE id = ${id}::uuid FOR UPDATE) was
    WHERE o.id = was.id AND o.ended_at IS NULL
    RETURNING o.name, was.unreported, o.project_ids AS "projectIds"`
  if (ended === undefined) return
  const projects = await tx.project.findMany({
    where: { id: { in: ended.projectIds } },
    select: { id: true, name: true, region: true },
  })
  await recordEvent(tx, {
    id: newUuid(),
    action: 'token.ended',
    outcome: 'allowed',
    actor: { kind: 'service', name: 'log-out' },
    target: { kind: 'log-token', id },
    ...factsOfProjects(projects),
    after: { why, name: ended.name, rows: ended.unreported },
  })
}
