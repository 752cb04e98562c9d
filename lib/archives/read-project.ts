import type { Services } from '../services.ts'
import { ingestArchives, markUnlisted, readDatabaseClock } from './ingest.ts'
import { PAGE_SIZE, readRecorder } from './read-recorder.ts'

/** What a reading of a project's recorder brought. */
export type Brought = { readonly read: number; readonly added: number }

/** Nothing happens to an archive after this: the recorder's cloud lets go of a file 72 hours after its creation. */
const RESTLESS_MS = 76 * 60 * 60 * 1000
/** What is not settled after so long is left to the nightly reading, lest each minute's goes back to it. */
const STUCK_MS = 14 * 24 * 60 * 60 * 1000
const FINAL_STATUSES = ['uploaded', 'expired', 'failed', 'deleted']
/** A row that is seen again unchanged is not written again for so long. */
const UNTOUCHED_MS = 60 * 60 * 1000

/**
 * Reads a project's recorder from the newest archive back to where everything is settled: older than 76 hours and in a
 * final status.
 */
export async function readRecentArchives(
  services: Services,
  projectId: string,
  signal: AbortSignal,
): Promise<Brought> {
  const now = await readDatabaseClock(services.db)
  const settledBefore = await findSettledBefore(services, projectId, now)
  const seenBefore = new Date(now.getTime() - UNTOUCHED_MS)
  return read(services, { projectId, seenBefore, settledBefore }, signal)
}

/** Reads a project's whole list. What it is without from now on is marked as not listed any more. */
export async function readWholeList(
  services: Services,
  projectId: string,
  signal: AbortSignal,
): Promise<Brought & { readonly unlisted: number }> {
  const since = await readDatabaseClock(services.db)
  const brought = await read(services, { projectId, seenBefore: since, settledBefore: null }, signal)
  return { ...brought, unlisted: await markUnlisted(services.db, { projectId, since }) }
}

type Reading = {
  readonly projectId: string
  readonly seenBefore: Date
  /** Where to stop; null to read to the end. */
  readonly settledBefore: Date | null
}

async function read(
  services: Services,
  { projectId, seenBefore, settledBefore }: Reading,
  signal: AbortSignal,
): Promise<Brought> {
  const { recorder } = await services.projects.get(projectId)
  let read = 0
  let added = 0
  for await (const archives of readRecorder(recorder, { pageSize: PAGE_SIZE }, signal)) {
    added += await ingestArchives(services.db, { projectId, archives, seenBefore })
    read += archives.length
    if (settledBefore !== null && archives.some(({ createdAt }) => createdAt < settledBefore)) break
  }
  return { read, added }
}

async function findSettledBefore({ db }: Services, projectId: string, now: Date): Promise<Date> {
  const stuckBefore = new Date(now.getTime() - STUCK_MS)
  const [row] = await db.$queryRaw<{ oldest: Date | null }[]>`
    SELECT min(created_at) AS oldest FROM archives
    WHERE project_id = ${projectId}::uuid AND created_at > ${stuckBefore} AND unlisted_at IS NULL
      AND status <> ALL (${FINAL_STATUSES}::text[])`
  const restlessFrom = now.getTime() - RESTLESS_MS
  return new Date(Math.min(restlessFrom, row?.oldest?.getTime() ?? restlessFrom))
}
