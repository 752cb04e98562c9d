import { recordEvent } from '../../audit/record.ts'
import { type Actor, auditActor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { newUuid, toLoggedId } from '../../uuid.ts'
import { findManaged } from '../managed.ts'
import { type FoundLines, findAccessLines, type Looking, parsePlace } from './find-access-lines.ts'
import { withKnownPeople } from './find-known-people.ts'
import { type FoundLookedAt, findLookedAt, type LookedAt } from './find-looked-at.ts'

export type AccessQuery = {
  readonly reach: LookedAt
  /** The `next` of the page before; anything else begins at the beginning. */
  readonly after: string | null
  readonly now: Date
}

const PAGE_SIZE = 50
const MOST_OF_GROUP = 100

/**
 * Who may see something, or what somebody may see: every grant that reaches it or is theirs, by a group too, and wider
 * ones; those that have ended last. Of a group, who is known to be let in. Of what concerns no project of the actor's,
 * nothing. On record before it is read.
 * @throws AppError `forbidden`, on record, for what there is not and what lies outside alike
 */
export async function listAccess(
  services: Services,
  actor: Actor,
  { reach, after, now }: AccessQuery,
): Promise<FoundLines> {
  // Anything else is what somebody typed.
  const facts = after === null || parsePlace(after) === null ? {} : { after }
  const looking = await beginListing(services, actor, { reach, facts })
  const { lines, next } = await findAccessLines(services.db, looking, { after, limit: PAGE_SIZE, now })
  const { lookedAt } = looking
  const asking = { lines, lookedAt, most: MOST_OF_GROUP, mostInAll: PAGE_SIZE * (MOST_OF_GROUP + 1) }
  return { lines: await withKnownPeople(services.db, asking), next }
}

/** Puts on record that it is listed, or that it was refused, which it throws. */
export async function beginListing(
  services: Services,
  actor: Actor,
  { reach, facts }: { readonly reach: LookedAt; readonly facts: Readonly<Record<string, string>> },
): Promise<Looking> {
  const managed = findManaged(actor)
  const lookedAt = await findLookedAt(services.db, managed, reach)
  const row = {
    id: newUuid(),
    action: 'access.listed',
    actor: auditActor(actor),
    client: actor.client,
  } as const
  if (lookedAt === null) {
    await recordEvent(services.db, { ...row, outcome: 'refused', code: 'forbidden', ...describeAsked(reach) })
    throw new AppError('forbidden')
  }
  await recordEvent(services.db, { ...row, outcome: 'allowed', ...describeFound(lookedAt), after: facts })
  return { readerId: actor.personId, managed, lookedAt }
}

/** Of what was asked, the form alone: it may be anything that somebody typed. */
function describeAsked(reach: LookedAt) {
  const [kind] = Object.keys(reach)
  const id = 'personId' in reach ? reach.personId : 'archiveId' in reach ? reach.archiveId : ''
  return { target: { kind: WORDS[kind ?? ''] ?? 'grants', id: toLoggedId(id) } }
}

const WORDS: Readonly<Record<string, string>> = {
  project: 'project',
  sessionId: 'session',
  archiveId: 'archive',
  personId: 'person',
}

function describeFound(lookedAt: FoundLookedAt) {
  if (lookedAt.kind === 'person') return { target: { kind: 'person', id: toLoggedId(lookedAt.personId) } }
  const [project, ...others] = lookedAt.projects
  return {
    ...(lookedAt.kind === 'session' && { sessionId: lookedAt.sessionId }),
    ...(lookedAt.kind === 'archive' && { archiveId: lookedAt.archiveId }),
    ...(project !== undefined &&
      others.length === 0 && {
        ...{ projectId: project.id, projectName: project.name },
        ...(project.region !== null && { region: project.region }),
      }),
  }
}
