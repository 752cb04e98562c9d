import type { PrismaClient } from '../../../prisma/client/client.ts'
import { projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { askLog } from '../ask-log.ts'
import { parseCheckpoint } from '../checkpoint.ts'
import { IN_BLOCK } from '../export/locate-in-blocks.ts'
import { recordExport } from '../export/record-export.ts'
import { findEvents } from '../find.ts'
import { type GivenParameters, parseLogFilter } from '../log-filter.ts'
import type { LoggedEvent } from '../logged-event.ts'
import { listExportable } from '../out/list-exportable.ts'
import { fingerprintOf } from '../signing-key.ts'

/** A line of the log with its place in what is sealed; null where it is not sealed yet. */
export type ReceiptLine = {
  readonly event: LoggedEvent
  readonly sealed: { readonly block: number; readonly leaf: string } | null
}

/** What the log says of one recording. */
export type Receipt = {
  readonly archiveId: string
  readonly sessionId: string | null
  readonly project: string | null
  readonly madeAt: Date
  readonly zone: string
  /** Who made it. */
  readonly by: string
  /** Oldest first; what was served during a viewing is gathered in its opening. */
  readonly lines: readonly ReceiptLine[]
  /** There are older ones, which are not in it. */
  readonly isCut: boolean
  /** Beyond which projects its maker may not read, by name; null: they may read all. */
  readonly within: readonly string[] | null
  /** Up to which month, such as `2026-05`, lines of the log have gone by rule; null: none has. */
  readonly droppedThrough: string | null
  /** The newest signed head of the log, as kept; null when there is none. */
  readonly checkpoint: { readonly text: string; readonly size: number } | null
  readonly key: string
}

const MOST_LINES = 1_000

/**
 * Everything that the log says of a recording within the reader's projects. It is on record as an export before it is
 * read, refusals too. Throws `request-invalid`, `log-slow`, `log-busy`, `audit-unavailable`.
 */
export async function readReceipt(
  services: Services,
  actor: Actor,
  given: GivenParameters,
): Promise<Receipt> {
  const { archive, zone: asked, ...unknown } = given
  const { filter, zone, faults } = parseLogFilter(given)
  const { archiveId } = filter
  const about = { format: 'receipt', isRedacted: false, anchorSize: null, filter } as const
  const own =
    Object.keys(unknown).length > 0 ? ['A receipt is of one archive: name it, and nothing else.'] : []
  if (archiveId === undefined || faults.length + own.length > 0) {
    await recordExport(services, actor, about, { outcome: 'refused', code: 'request-invalid' })
    const sentences = faults.length + own.length > 0 ? [...faults, ...own] : ['“archive” is missing.']
    throw new AppError('request-invalid', sentences.join(' '))
  }
  await recordExport(services, actor, about, { outcome: 'allowed' })
  const scope = projectsFor(actor.roles, 'audit:export')
  const { events, lines, isCut, checkpoint, droppedThrough } = await askLog(services, async (db) => {
    const page = { after: null, limit: MOST_LINES }
    const { events, next } = await findEvents(db, { filter: { archiveId }, scope }, page)
    const lines = await findPlaces(db, events.toReversed())
    return {
      events,
      lines,
      isCut: next !== null,
      checkpoint: await findCheckpoint(db),
      droppedThrough: await findDroppedThrough(db),
    }
  })
  const { projects, isForAll } = await listExportable(services, actor)
  const first = events.find(({ sessionId }) => sessionId !== null)
  return {
    ...{ archiveId, sessionId: first?.sessionId ?? null, project: first?.project ?? null },
    ...{ madeAt: new Date(), zone, by: actor.name ?? actor.email ?? actor.subject },
    ...{ lines, isCut, within: isForAll ? null : projects, droppedThrough, checkpoint },
    key: fingerprintOf(services.env.auditSigningKey),
  }
}

type Reader = Pick<PrismaClient, '$queryRaw'>
type PlaceRow = { eventId: string; block: bigint; leaf: string }

async function findPlaces(db: Reader, events: readonly LoggedEvent[]): Promise<ReceiptLine[]> {
  const eventIds = events.map(({ eventId }) => eventId)
  const rows = await db.$queryRaw<PlaceRow[]>`
    SELECT e.event_id AS "eventId", place.number AS block,
      encode(substring(l.leaves FROM 32 * (array_position(l.ids, e.id) - 1) + 1 FOR 32), 'hex') AS leaf
    FROM audit.events e ${IN_BLOCK}
    JOIN audit.block_leaves l ON l.number = place.number
    WHERE e.event_id = ANY(${eventIds}::uuid[])`
  const places = new Map(rows.map(({ eventId, block, leaf }) => [eventId, { block: Number(block), leaf }]))
  return events.map((event) => ({ event, sealed: places.get(event.eventId) ?? null }))
}

async function findCheckpoint(db: Reader): Promise<Receipt['checkpoint']> {
  const [row] = await db.$queryRaw<{ text: string }[]>`
    SELECT text FROM audit.checkpoints ORDER BY size DESC LIMIT 1`
  const size = row === undefined ? undefined : parseCheckpoint(row.text)?.checkpoint.size
  return row === undefined || size === undefined ? null : { text: row.text, size }
}

async function findDroppedThrough(db: Reader): Promise<string | null> {
  const [row] = await db.$queryRaw<{ month: string | null }[]>`
    SELECT to_char(max(month), 'YYYY-MM') AS month FROM audit.dropped_months`
  return row?.month ?? null
}
