import { Prisma } from '../../../prisma/client/client.ts'
import { projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError, isAppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import type { Asker } from '../learn-filter.ts'
import type { GivenParameters } from '../log-filter.ts'
import { whereOf } from '../log-where.ts'
import { awaitCheckpoint, type BundleHead } from './await-checkpoint.ts'
import { exportBundle } from './export-bundle.ts'
import { exportCsv, exportJsonLines } from './export-lines.ts'
import { noteBundle } from './note-bundle.ts'
import { type LogReader, openReader } from './open-reader.ts'
import { type ExportFormat, type ExportQuery, parseExport } from './parse-export.ts'
import { takePlace } from './places.ts'
import { recordExport } from './record-export.ts'
import { sayAsked } from './say-asked.ts'

export type ExportFile = {
  readonly name: string
  readonly contentType: string
  /** Made as it is taken. It is on record before its first byte. */
  readonly read: (signal: AbortSignal) => AsyncGenerator<Uint8Array>
}

const FILES: Readonly<Record<ExportFormat, { readonly ending: string; readonly contentType: string }>> = {
  csv: { ending: 'csv', contentType: 'text/csv; charset=utf-8; header=present' },
  jsonl: { ending: 'jsonl', contentType: 'application/jsonl; charset=utf-8' },
  bundle: { ending: 'zip', contentType: 'application/zip' },
}

type Wanted = ExportQuery & {
  readonly format: ExportFormat
  /** Told how many more rows have been read. */
  readonly onRows?: (count: number) => void
}

/**
 * The rows of the log that fit, of the projects that the reader may export, as a file. Refusals are on record.
 * Throws `request-invalid` here; when it is read `rate-limited`, `log-unsealed`, `audit-unavailable`.
 */
export async function exportLog(
  services: Services,
  actor: Actor,
  given: GivenParameters,
): Promise<ExportFile> {
  const query = parseExport(given)
  const { format } = query
  if (format === null || query.faults.length > 0) {
    await recordExport(services, actor, query, { outcome: 'refused', code: 'request-invalid' })
    throw new AppError('request-invalid', query.faults.join(' '))
  }
  const wanted = { ...query, format }
  return {
    ...describeFile(wanted, new Date()),
    read: (signal) => readExport(services, actor, wanted, signal),
  }
}

/** What the file of an export is called, by when it was asked for. */
export function describeFile(
  { format, isRedacted }: Pick<Wanted, 'format' | 'isRedacted'>,
  at: Date,
): Omit<ExportFile, 'read'> {
  const { ending, contentType } = FILES[format]
  const moment = at.toISOString().slice(0, 19).replaceAll(':', '')
  return { name: `access-log-${moment}Z${isRedacted ? '-redacted' : ''}.${ending}`, contentType }
}

async function* readExport(
  services: Services,
  actor: Actor,
  wanted: Wanted,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const leave = await takePlaceOnRecord(services, actor, wanted)
  try {
    await recordExport(services, actor, wanted, { outcome: 'allowed' })
    yield* renderExport(services, actor, wanted, signal)
  } catch (error) {
    if (!signal.aborted) await recordFailure(services, actor, wanted, error)
    throw error
  } finally {
    leave()
  }
}

async function takePlaceOnRecord(services: Services, actor: Actor, wanted: Wanted): Promise<() => void> {
  try {
    return takePlace(services, actor)
  } catch (refused) {
    await recordExport(services, actor, wanted, { outcome: 'refused', code: 'rate-limited' })
    throw refused
  }
}

/** A file of the log, of whoever may read it. What asks for it has put it on record. */
export async function* renderExport(
  services: Services,
  actor: Pick<Actor, 'roles'>,
  wanted: Wanted,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { format, filter, isRedacted, zone, onRows = () => {} } = wanted
  const projectIds = projectsFor(actor.roles, 'audit:export')
  const head = format === 'bundle' ? await findHead(services, wanted, signal) : null
  const reader = await openReader(services, signal)
  try {
    // Of the reader's moment, so that of every viewing that it reads this knows, too; and over its connection, since who fits
    // a name may take as long to find as what they did.
    const where = await whereOf(askerOf(reader), filter, projectIds)
    if (head !== null) {
      const isAll = Object.keys(filter).length === 0 && projectIds === 'all'
      const said = await sayAsked(services.db, { ...wanted, scope: projectIds })
      const own = { head, where: isAll ? null : where, filter: said, onRows }
      yield* exportBundle(services, reader, { ...wanted, ...own })
      return
    }
    const render = format === 'csv' ? exportCsv : exportJsonLines
    for await (const text of render(reader, { where, rendering: { isRedacted, zone }, onRows }))
      yield Buffer.from(text)
  } finally {
    await reader.end()
  }
}

function askerOf(reader: LogReader): Asker {
  return {
    $queryRaw: async <T>(question: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<T> =>
      (await reader.ask('raw' in question ? Prisma.sql(question, ...values) : question)) as T,
  }
}

async function findHead(services: Services, wanted: Wanted, signal: AbortSignal): Promise<BundleHead> {
  const { anchorSize, filter } = wanted
  const head = await awaitCheckpoint(services, filter.to, signal)
  const { size } = head.checkpoint
  if (anchorSize !== null && anchorSize > size)
    throw new AppError(
      'request-invalid',
      `The log has ${size} blocks, and the checkpoint that “anchor” names ${anchorSize}. If it is this log’s, the end of the log was cut off.`,
    )
  await noteBundle(services, size)
  return head
}

/** Where even that cannot be written, the database is away, and whoever waits is told so all the same. */
async function recordFailure(
  services: Services,
  actor: Actor,
  wanted: Wanted,
  error: unknown,
): Promise<void> {
  const code = isAppError(error) ? error.code : 'internal'
  const outcome = code === 'request-invalid' ? 'refused' : 'failed'
  await recordExport(services, actor, wanted, { outcome, code }).catch(() => {})
}
