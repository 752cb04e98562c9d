import { noteFound } from '../access/note-use.ts'
import type { Actor } from '../auth/actor.ts'
import type { Services } from '../services.ts'
import { type Recognised, recogniseIds } from '../vonage/recognise-ids.ts'
import { type Asked, askRecorders } from './ask-recorders.ts'
import { type CatalogueRow, toArchiveRow } from './catalogue-row.ts'
import { listSessions, lookUp } from './look-up.ts'
import { recordSearch } from './record-search.ts'
import { findScope, type Looking, type ScopedProject } from './scope.ts'
import type { FoundSessions, SessionRow } from './session-row.ts'
import { findStaleness } from './staleness.ts'
import { planUnderstood } from './understand.ts'

export type SessionQuery = {
  /** Whatever was pasted; empty for the newest sessions. */
  readonly q: string
  /** The `next` of the page before. */
  readonly after: string | null
}

/**
 * The sessions somebody may find: those whose IDs are in the text, else the newest. Answered from the catalogue; an ID
 * that is not there is asked of its recorder. On record before it returns.
 */
export async function findSessions(
  services: Services,
  actor: Actor,
  { q, after }: SessionQuery,
): Promise<FoundSessions> {
  const looking: Looking = { personId: actor.personId, right: 'recording:find' }
  const scope = await findScope(services.db, looking)
  const recognised = recogniseIds(q)
  if (recognised.ids.length === 0 && recognised.rest === '') {
    const { rows, next } = await listSessions(services.db, looking, after)
    await noteFound(services.db, looking.personId, rows)
    await recordSearch(services, actor, { recognised: null, rows, scope })
    return { sessions: toSessions(rows, scope), next, understood: [], stale: findStale(scope, new Map()) }
  }
  const { rows, failures } = await search(services, looking, { recognised, scope })
  await noteFound(services.db, looking.personId, rows)
  await recordSearch(services, actor, { recognised, rows, scope })
  return {
    sessions: toSessions(rows, scope),
    next: null,
    understood: planUnderstood(recognised, { scope, rows, unasked: new Set(failures.keys()) }),
    stale: findStale(scope, failures),
  }
}

type Searching = { readonly recognised: Recognised; readonly scope: readonly ScopedProject[] }
type Searched = { readonly rows: readonly CatalogueRow[]; readonly failures: Asked['failures'] }

async function search(
  services: Services,
  looking: Looking,
  { recognised: { ids }, scope }: Searching,
): Promise<Searched> {
  const wanted = {
    sessionIds: ids.flatMap((id) => (id.kind === 'session-id' ? id.sessionId : [])),
    archiveIds: ids.flatMap((id) => (id.kind === 'archive-id' ? id.archiveId : [])),
  }
  const known = await lookUp(services.db, looking, wanted)
  const there = new Set(known.flatMap(({ sessionId, archiveId }) => [sessionId, archiveId]))
  const missing = ids.filter((id) => !there.has(id.kind === 'session-id' ? id.sessionId : id.archiveId))
  if (missing.length === 0) return { rows: known, failures: new Map() }
  const { found, failures } = await askRecorders(services, scope, missing)
  return { rows: found ? await lookUp(services.db, looking, wanted) : known, failures }
}

function findStale(scope: readonly ScopedProject[], failures: Asked['failures']): FoundSessions['stale'] {
  const now = new Date()
  return scope
    .map((project) => findStaleness(project, { failure: failures.get(project.id), now }))
    .filter((stale) => stale !== null)
}

/** Whose newest archive is newest comes first. Rows come oldest first. */
function toSessions(rows: readonly CatalogueRow[], scope: readonly ScopedProject[]): SessionRow[] {
  const projects = new Map(scope.map((project) => [project.id, project]))
  const groups = Map.groupBy(rows.toReversed(), ({ projectId, sessionId }) => `${projectId} ${sessionId}`)
  return [...groups.values()].flatMap((archives) => {
    const project = projects.get(archives[0]?.projectId ?? '')
    const sessionId = archives[0]?.sessionId
    if (project === undefined || sessionId === undefined) return []
    const { name, region } = project
    return { sessionId, project: name, region, archives: archives.toReversed().map(toArchiveRow) }
  })
}
