import { COUNTS } from '../access/grants.ts'
import type { Right } from '../access/permissions.ts'
import { recordEvent } from '../audit/record.ts'
import { type Actor, auditActor } from '../auth/actor.ts'
import { AppError } from '../errors.ts'
import { parseReasons } from '../projects/reasons.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { parseSessionId } from '../vonage/session-id.ts'
import { askRecorders } from './ask-recorders.ts'
import type { CatalogueRow } from './catalogue-row.ts'
import { lookUp } from './look-up.ts'
import { hideText } from './record-search.ts'
import { findScope, type Looking, type ScopedProject } from './scope.ts'
import type { SessionView } from './session-view.ts'
import { findStaleness } from './staleness.ts'
import { viewArchives } from './view-archives.ts'

/**
 * Everything the page of a session shows; on record before it returns, and so is a refusal. Throws AppError
 * `session-unknown` when the project that the ID names is in scope and knows no archive of it, `forbidden` for
 * everything else that is not in scope, whether it exists or not, and what the recorder says when it must be asked.
 */
export async function getSession(services: Services, actor: Actor, sessionId: string): Promise<SessionView> {
  const looking: Looking = { personId: actor.personId, right: 'recording:find' }
  const scope = await findScope(services.db, looking)
  const found = await find(services, looking, { sessionId, scope })
  if (found instanceof Error) {
    await recordRefusal(services, actor, { sessionId, scope, error: found })
    throw found
  }
  const { rows, project } = found
  await recordEvent(services.db, {
    id: newUuid(),
    action: 'recording.viewed',
    outcome: 'allowed',
    actor: auditActor(actor),
    client: actor.client,
    sessionId,
    ...namesOf(project),
  })
  return {
    sessionId,
    project: {
      id: project.id,
      name: project.name,
      region: project.region,
      unit: project.unit,
      environment: project.environment,
    },
    reasons: parseReasons(project.reasons),
    archives: await viewArchives(services.db, rows),
    playUntil: await findEnd(services, actor, { right: 'recording:play', projectId: project.id }),
    downloadUntil: await findEnd(services, actor, { right: 'recording:download', projectId: project.id }),
    stale: findStaleness(project, { failure: undefined, now: new Date() }),
  }
}

type Wanted = { readonly sessionId: string; readonly scope: readonly ScopedProject[] }
type Found = { readonly rows: readonly CatalogueRow[]; readonly project: ScopedProject }

async function find(services: Services, looking: Looking, wanted: Wanted): Promise<Found | AppError> {
  const { sessionId, scope } = wanted
  const hint = parseSessionId(sessionId)
  if (hint === null) return new AppError('forbidden')
  const ids = { sessionIds: [sessionId], archiveIds: [] }
  const known = await lookUp(services.db, looking, ids)
  if (known.length > 0) return ofOneProject(known, wanted)
  const asked = await askRecorders(services, scope, [{ kind: 'session-id', sessionId, hint }])
  if (asked.found) {
    const kept = await lookUp(services.db, looking, ids)
    if (kept.length > 0) return ofOneProject(kept, wanted)
  }
  const named = scope.find(({ recorderKey }) => recorderKey === hint.apiKey)
  if (named === undefined) return new AppError('forbidden')
  // Nobody can say that it is unknown when the one who would know did not answer.
  return asked.failures.get(named.id) ?? new AppError('session-unknown')
}

/** A session belongs to one project. Should two recorders list it, the one that had it first is shown. */
function ofOneProject(rows: readonly CatalogueRow[], { scope }: Wanted): Found | AppError {
  const project = scope.find(({ id }) => id === rows[0]?.projectId)
  if (project === undefined) return new AppError('forbidden')
  return { rows: rows.filter(({ projectId }) => projectId === project.id), project }
}

function namesOf({ id, name, region }: ScopedProject) {
  return { projectId: id, projectName: name, ...(region !== null && { region }) }
}

async function recordRefusal(
  services: Services,
  actor: Actor,
  { sessionId, scope, error }: Wanted & { readonly error: AppError },
): Promise<void> {
  const hint = parseSessionId(sessionId)
  const named = scope.find(({ recorderKey }) => recorderKey === hint?.apiKey)
  await recordEvent(services.db, {
    id: newUuid(),
    action: 'recording.viewed',
    outcome: error.code === 'forbidden' ? 'refused' : 'failed',
    code: error.code,
    actor: auditActor(actor),
    client: actor.client,
    ...(hint === null ? { after: { asked: hideText(services, sessionId) } } : { sessionId }),
    ...(named !== undefined && namesOf(named)),
  })
}

/** Until when the person's grants let them. */
async function findEnd(
  { db }: Services,
  { personId }: Actor,
  { right, projectId }: { readonly right: Right; readonly projectId: string },
): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ until: Date | null }[]>`
    SELECT max(g.valid_until) AS until
    FROM people p JOIN projects pr ON pr.id = ${projectId}::uuid JOIN grants g ON ${COUNTS}
    WHERE p.id = ${personId}::uuid AND ${right} = ANY (g.rights)`
  return row?.until ?? null
}
