import { withinDeadline } from '../database.ts'
import { AppError, isAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import type { RecorderArchive } from '../vonage/archive.ts'
import type { Recorder } from '../vonage/client.ts'
import type { RecognisedId } from '../vonage/recognise-ids.ts'
import { ingestArchives } from './ingest.ts'
import { PAGE_SIZE, readRecorder } from './read-recorder.ts'
import type { ScopedProject } from './scope.ts'

/** What came of asking: whether anything was kept, and which recorders could not be asked, by project. */
export type Asked = { readonly found: boolean; readonly failures: ReadonlyMap<string, AppError> }

/** As long as somebody waits for an answer. */
const LIMIT_MS = 3_000
const AT_ONCE = 4

/**
 * Asks recorders about what is not in the catalogue, and keeps what comes. The project named by a session ID is asked
 * alone, and nobody when it is one of ours but not in scope; where the ID names none of ours, all in scope are. A
 * recorder that fails is not asked again.
 */
export async function askRecorders(
  services: Services,
  scope: readonly ScopedProject[],
  missing: readonly RecognisedId[],
): Promise<Asked> {
  const ours = await findOurs(services, missing)
  const signal = AbortSignal.timeout(LIMIT_MS)
  const failures = new Map<string, AppError>()
  const counts = await Promise.all(
    scope.map(async (project) => {
      const ids = missing.filter((id) => isAsked(id, project, ours))
      const asking = { projectId: project.id, ids }
      try {
        return ids.length === 0 ? 0 : await askProject(services, asking, signal)
      } catch (error) {
        const failure = toFailure(error, signal)
        failures.set(project.id, failure)
        const { code, facts } = failure
        services.log.warn({ projectId: project.id, code, ...facts }, 'a recorder could not be asked')
        return 0
      }
    }),
  )
  return { found: counts.some((count) => count > 0), failures }
}

/** Which of the projects that session IDs name are ours, whether in scope or not. */
async function findOurs({ db }: Services, missing: readonly RecognisedId[]): Promise<ReadonlySet<string>> {
  const named = missing.flatMap((id) => (id.kind === 'session-id' ? (id.hint.apiKey ?? []) : []))
  if (named.length === 0) return new Set()
  const rows = await withinDeadline(
    db.$queryRaw<{ key: string }[]>`
      SELECT DISTINCT lower(recorder_key) AS key FROM projects WHERE lower(recorder_key) = ANY (${named}::text[])`,
  )
  return new Set(rows.map(({ key }) => key))
}

function isAsked(id: RecognisedId, project: ScopedProject, ours: ReadonlySet<string>): boolean {
  if (!couldReach(project, id)) return false
  const named = id.kind === 'session-id' ? id.hint.apiKey : null
  return named === null || !ours.has(named) || named === project.recorderKey
}

/** Whether somebody could see what has this ID, should the project's recorder know it. */
export function couldReach(project: ScopedProject, id: RecognisedId): boolean {
  if (id.kind === 'archive-id')
    return project.archiveIds.includes(id.archiveId) || (project.isWide && project.newerThan === null)
  if (project.sessionIds.includes(id.sessionId)) return true
  if (!project.isWide) return false
  const { newerThan } = project
  return newerThan === null || (id.hint.createdAt !== null && id.hint.createdAt > newerThan)
}

type Asking = { readonly projectId: string; readonly ids: readonly RecognisedId[] }

/** A few at once; the first failure ends it, since the rest would wait for the same. */
async function askProject(
  services: Services,
  { projectId, ids }: Asking,
  signal: AbortSignal,
): Promise<number> {
  const { recorder } = await services.projects.get(projectId)
  const left = [...ids]
  let count = 0
  const work = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const archives = await askOne(recorder, id, signal)
      await ingestArchives(services.db, { projectId, archives, seenBefore: new Date() })
      count += archives.length
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  } finally {
    left.length = 0
  }
  return count
}

async function askOne(
  recorder: Recorder,
  id: RecognisedId,
  signal: AbortSignal,
): Promise<readonly RecorderArchive[]> {
  if (id.kind === 'archive-id') {
    const archive = await recorder.getArchive(id.archiveId, signal)
    return archive?.id === id.archiveId ? [archive] : []
  }
  const { sessionId } = id
  const found: RecorderArchive[] = []
  for await (const page of readRecorder(recorder, { sessionId, pageSize: PAGE_SIZE }, signal)) {
    // A recorder that does not know the filter sends everything.
    found.push(...page.filter((archive) => archive.sessionId === sessionId))
    if (page.some((archive) => archive.sessionId !== sessionId)) break
  }
  return found
}

function toFailure(error: unknown, signal: AbortSignal): AppError {
  if (isAppError(error)) return error
  if (!signal.aborted) throw error
  return new AppError(
    'recorder-unavailable',
    `The recorder did not answer within ${LIMIT_MS / 1000} seconds.`,
    { cause: error },
  )
}
