import { noteFound } from '../access/note-use.ts'
import { can } from '../access/permissions.ts'
import { recordEvent } from '../audit/record.ts'
import { type Actor, auditActor } from '../auth/actor.ts'
import { maxAuthAgeOf } from '../auth/fresh-sign-in.ts'
import { AppError } from '../errors.ts'
import { parseReasons } from '../projects/reasons.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { parseSessionId } from '../vonage/session-id.ts'
import { askRecorders, couldReach } from './ask-recorders.ts'
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
  await noteFound(services.db, actor.personId, rows)
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
    maxAuthAgeSeconds: maxAuthAgeOf(services, await services.projects.get(project.id)),
    isAdminOf: can(actor.roles, 'access:manage', project.id),
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
  const id = { kind: 'session-id', sessionId, hint } as const
  const asked = await askRecorders(services, scope, [id])
  if (asked.found) {
    const kept = await lookUp(services.db, looking, ids)
    if (kept.length > 0) return ofOneProject(kept, wanted)
  }
  const named = scope.find(({ recorderKey }) => recorderKey === hint.apiKey)
  // By its own ID, not by whether it is there: what is too old for the reader is not told from what never was.
  if (named === undefined || !couldReach(named, id)) return new AppError('forbidden')
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
