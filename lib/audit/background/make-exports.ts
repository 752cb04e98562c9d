import { can, projectsFor, type Role } from '../../access/permissions.ts'
import { readHeldRoles } from '../../access/read-held-roles.ts'
import { isDatabaseGone } from '../../database-gone.ts'
import { AppError, isAppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { renderExport } from '../export/export-log.ts'
import { parseExport } from '../export/parse-export.ts'
import type { LogScope } from '../learn-filter.ts'
import type { LogFilter } from '../log-filter.ts'
import { whereOf } from '../log-where.ts'
import { EVENT_TABLES } from '../logged-event.ts'
import { makeFileKey } from './file-key.ts'
import { parseAsked } from './read-export-file.ts'
import { cutInChunks, sealChunk } from './seal-chunk.ts'

/** One that fails however often it is begun would hold up the others for ever. */
const MOST_ATTEMPTS = 5

type Taken = { id: string; personId: string; asked: unknown; attempt: number }
type Making = Taken & { readonly key: Uint8Array }

/**
 * Makes the exports that wait, one after the other. To be called by one process at a time: what another was making when
 * it ended is begun anew, under another key.
 */
export async function makeExports(services: Services, signal: AbortSignal): Promise<void> {
  const { db } = services
  await db.$executeRaw`
    UPDATE log_exports SET state = CASE WHEN attempt < ${MOST_ATTEMPTS} THEN 'waiting' ELSE 'failed' END,
      code = CASE WHEN attempt < ${MOST_ATTEMPTS} THEN NULL ELSE 'internal' END
    WHERE state = 'running'`
  while (!signal.aborted) {
    const [next] = await db.$queryRaw<{ id: string }[]>`
      SELECT id FROM log_exports WHERE state = 'waiting' ORDER BY asked_at LIMIT 1`
    if (next === undefined) return
    const { key, sealedKey } = makeFileKey(services.secrets, next.id)
    const [taken] = await db.$queryRaw<Taken[]>`
      UPDATE log_exports SET state = 'running', attempt = attempt + 1, begun_at = now(), sealed_key = ${sealedKey},
        rows = 0, bytes = 0, chunks = 0
      WHERE id = ${next.id}::uuid AND state = 'waiting'
      RETURNING id, person_id AS "personId", asked, attempt`
    if (taken !== undefined) await makeOne(services, { ...taken, key }, signal)
  }
}

async function makeOne(services: Services, making: Making, signal: AbortSignal): Promise<void> {
  const { id, attempt } = making
  const finish = (state: 'done' | 'failed', code: string | null): Promise<number> =>
    services.db.$executeRaw`
      UPDATE log_exports SET state = ${state}, code = ${code}, ended_at = now(),
        expires_at = now() + interval '24 hours'
      WHERE id = ${id}::uuid AND attempt = ${attempt} AND state = 'running'`
  try {
    if (await writeFile(services, making, signal)) await finish('done', null)
  } catch (error) {
    // It goes on where this process has to end, and when the database is back.
    if (signal.aborted || isDatabaseGone(error)) throw error
    services.log.error({ err: error, exportId: id }, 'an export of the log could not be made')
    await finish('failed', isAppError(error) ? error.code : 'internal')
  }
}

/** False where it was cancelled meanwhile. */
async function writeFile(services: Services, making: Making, signal: AbortSignal): Promise<boolean> {
  const { id: exportId, personId, asked, attempt, key } = making
  const query = parseExport(parseAsked(asked))
  const { format } = query
  const roles = await readHeldRoles(services.db, personId)
  if (format === null || query.faults.length > 0) throw new AppError('request-invalid')
  if (!can(roles, 'audit:export')) throw new AppError('forbidden')
  await noteScope(services, making, projectsFor(roles, 'audit:export'))
  await noteTotal(services, making, { roles, filter: query.filter })
  const left = new AbortController()
  let rows = 0
  let bytes = 0
  let number = 0
  const onRows = (count: number): void => {
    rows += count
  }
  const either = AbortSignal.any([signal, left.signal])
  const file = renderExport(services, { roles }, { ...query, format, onRows }, either)
  for await (const { plain, isLast } of cutInChunks(file)) {
    bytes += plain.length
    const sealed = sealChunk(plain, key, { exportId, attempt, number, isLast })
    // Together, so that nothing is added to what was cancelled or begun anew.
    const added = await services.db.$executeRaw`
      WITH going AS (
        UPDATE log_exports SET rows = ${rows}, bytes = ${bytes}, chunks = ${number + 1}
        WHERE id = ${exportId}::uuid AND attempt = ${attempt} AND state = 'running' RETURNING id
      )
      INSERT INTO log_export_chunks SELECT id, ${attempt}::int, ${number}::int, ${sealed}::bytea FROM going`
    if (added === 0) {
      left.abort()
      return false
    }
    number += 1
  }
  return true
}

/** Whoever may export less by then is not given the file. */
async function noteScope({ db }: Services, { id, attempt }: Making, scope: LogScope): Promise<void> {
  const [isForAll, projectIds] = scope === 'all' ? [true, []] : [false, [...scope]]
  await db.$executeRaw`
    UPDATE log_exports SET for_all = ${isForAll}, project_ids = ${projectIds}::uuid[]
    WHERE id = ${id}::uuid AND attempt = ${attempt}`
}

type Counted = { readonly roles: readonly Role[]; readonly filter: LogFilter }

/** For the bar alone. Where they are too many to be counted in the time of a question, there is none. */
async function noteTotal(
  { db }: Services,
  { id, attempt }: Making,
  { roles, filter }: Counted,
): Promise<void> {
  try {
    const where = await whereOf(db, filter, projectsFor(roles, 'audit:export'))
    await db.$executeRaw`
      UPDATE log_exports SET total = (SELECT count(*) FROM ${EVENT_TABLES} WHERE ${where})
      WHERE id = ${id}::uuid AND attempt = ${attempt}`
  } catch {
    // Whatever it is that cannot be read, the export itself says so.
  }
}

/** Removes the files of exports that have expired, failed or were cancelled, and what earlier attempts left. */
export async function removeExports({ db }: Services): Promise<void> {
  await db.$executeRaw`
    UPDATE log_exports SET state = 'removed', asked = '{}', sealed_key = NULL
    WHERE state IN ('done', 'failed', 'cancelled') AND expires_at <= now()`
  await db.$executeRaw`
    DELETE FROM log_export_chunks c USING log_exports x
    WHERE x.id = c.export_id AND (x.state NOT IN ('running', 'done') OR c.attempt < x.attempt)`
}
