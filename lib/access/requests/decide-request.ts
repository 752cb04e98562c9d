import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { tell } from '../../notices/tell.ts'
import { countSeen, SHORTEST_WORD } from '../../plain-words.ts'
import type { Services } from '../../services.ts'
import { isUuid, toLoggedId } from '../../uuid.ts'
import { aboutReach, isById } from '../about-reach.ts'
import { type Act, act, type DeedOf } from '../act.ts'
import { requireAnother, requireTimes } from '../check-grant.ts'
import { DECIDE_WITHIN_HOURS } from '../deciding.ts'
import { findReach, type Reach, toReachRow } from '../find-reach.ts'
import { insertGrant } from '../giving/insert-grant.ts'
import { lockGiving } from '../giving/lock-four-eyes.ts'
import { requireManager } from '../giving/require-manager.ts'
import { factsOfReach } from '../grant-row.ts'
import type { GrantState } from '../held-access.ts'
import { managesProject, type Right } from '../permissions.ts'
import { readClock } from '../read-clock.ts'
import { completeRights, type WantedReach } from '../wanted.ts'

export type Decision = {
  readonly requestId: string
  readonly approve: boolean
  /** Sooner than was asked for; null: as asked for. */
  readonly until: Date | null
  /** Less than was asked for; null: as asked for. */
  readonly rights: readonly Right[] | null
  readonly word: string | null
}

export type DecidedRequest = {
  readonly requestId: string
  readonly state: 'approved' | 'refused'
  readonly grantId: string | null
  readonly grantState: GrantState | null
}

type Row = {
  readonly id: string
  readonly askedBy: string
  readonly isDisabled: boolean
  readonly isOpen: boolean
  readonly scope: string
  readonly projectName: string | null
  readonly projectId: string | null
  readonly region: string | null
  readonly unit: string | null
  readonly sessionId: string | null
  readonly archiveId: string | null
  readonly rights: readonly string[]
  readonly until: Date
  readonly reason: string
  readonly caseReference: string | null
}

/** How a decision is on record; one that does not say that it approves refuses. */
export function deedOfDecision(requestId: string): DeedOf {
  const about = { target: { kind: 'request', id: toLoggedId(requestId) } }
  return ({ approve }) => ({ action: approve === true ? 'request.approved' : 'request.refused', about })
}

/**
 * Approves a request, for what was asked or for less, or refuses it with a word. What is approved is a grant by the hand
 * of whoever approves; on a project of four eyes it waits for a second one. On record, and so is a refusal: `forbidden`,
 * `own-access`, `already-decided` (also when it has lapsed), `scope-unknown`, `grant-invalid`, `person-invalid`,
 * `roles-apart`, `reason-invalid`.
 */
export async function decideRequest(
  services: Services,
  actor: Actor,
  decision: Decision,
): Promise<DecidedRequest> {
  const deed = deedOfDecision(decision.requestId)(decision)
  return act(services, { actor, ...deed }, async (doing) => {
    if (decision.approve) await lockGiving(doing.tx)
    const request = await lockRequest(doing, decision.requestId)
    const reach = await findReach(doing.tx, toWantedReach(request))
    requireDecider(doing.actor, request, reach)
    if (reach !== null) doing.note(factsOfReach(toReachRow(reach)))
    requireAnother(request.askedBy === actor.personId)
    if (!request.isOpen) throw new AppError('already-decided')
    if (!decision.approve)
      return refuse(doing, { request, projectId: reach?.project?.id ?? request.projectId, decision })
    if (reach === null)
      throw new AppError(
        'scope-unknown',
        'Nothing is known yet of what this asks for. Refuse it, or wait until it is.',
      )
    return approve(doing, { request, reach, decision })
  })
}

async function lockRequest({ tx }: Act, requestId: string): Promise<Row> {
  if (!isUuid(requestId)) throw new AppError('forbidden')
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT q.id, q.asked_by AS "askedBy", p.disabled_at IS NOT NULL AS "isDisabled",
      q.decision IS NULL AND q.asked_at > now() - make_interval(hours => ${DECIDE_WITHIN_HOURS}) AS "isOpen",
      q.scope, pr.name AS "projectName", q.project_id AS "projectId", q.region, q.unit, q.session_id AS "sessionId",
      q.archive_id AS "archiveId", q.rights, q.valid_until AS until, q.reason, q.case_reference AS "caseReference"
    FROM access_requests q
    JOIN people p ON p.id = q.asked_by
    LEFT JOIN projects pr ON pr.id = q.project_id
    WHERE q.id = ${requestId}::uuid FOR UPDATE OF q`
  if (row === undefined) throw new AppError('forbidden')
  return row
}

/** What names no project that is known is for administrators of all. */
function requireDecider(actor: Actor, { projectId }: Row, reach: Reach | null): void {
  if (reach !== null) {
    requireManager(actor, reach)
    return
  }
  if (!managesProject(actor.roles, projectId)) throw new AppError('forbidden')
}

type Refusing = {
  readonly request: Row
  /** By now an ID may be known that was not when it was asked for. */
  readonly projectId: string | null
  readonly decision: Decision
}

async function refuse(
  { tx, actor, record }: Act,
  { request, projectId, decision: { word } }: Refusing,
): Promise<DecidedRequest> {
  if (countSeen(word ?? '') < SHORTEST_WORD)
    throw new AppError('reason-invalid', 'A refusal needs a word to whoever asked. Say why.')
  await tx.$executeRaw`
    UPDATE access_requests SET decision = 'refused', decided_at = now(), decided_by = ${actor.personId}::uuid,
      word = ${word}, project_id = ${projectId}::uuid
    WHERE id = ${request.id}::uuid`
  await record('request.refused', { ...(word !== null && { reason: word }) })
  // Refused, an ID stays as unknown to them as it was.
  const projectName = isById(request.scope) ? null : request.projectName
  await tellAsker({ tx }, request, { kind: 'request.refused', projectId, projectName })
  return { requestId: request.id, state: 'refused', grantId: null, grantState: null }
}

type Approving = { readonly request: Row; readonly reach: Reach; readonly decision: Decision }

async function approve(doing: Act, { request, reach, decision }: Approving): Promise<DecidedRequest> {
  const { tx, actor, record } = doing
  const rights = completeRights(decision.rights ?? request.rights)
  const until = decision.until ?? request.until
  if (until > request.until || rights.some((right) => !request.rights.includes(right)))
    throw new AppError('grant-invalid', 'This is more than was asked for. Approve that much, or less.')
  if (request.isDisabled)
    throw new AppError('person-invalid', 'Whoever asked has been disabled since. Refuse the request.')
  const now = await readClock(tx)
  requireTimes({ from: now, until, now, longestDays: reach.longestDays })
  await tx.$executeRaw`
    UPDATE access_requests SET decision = 'approved', decided_at = now(), decided_by = ${actor.personId}::uuid,
      word = ${decision.word || null}, project_id = ${reach.project?.id ?? null}::uuid
    WHERE id = ${request.id}::uuid`
  const { reason, caseReference } = request
  const given = await insertGrant(doing, {
    ...{ wanted: { rights, until, reason, caseReference }, reach, from: now, now, maxAgeDays: null },
    holder: { kind: 'person', personId: request.askedBy },
    requestId: request.id,
  })
  await record('request.approved', {
    ...{ grantId: given.grantId, after: { rights, until: until.toISOString() } },
    ...(decision.word && { reason: decision.word }),
  })
  const { id: projectId = null, name: projectName = null } = reach.project ?? {}
  // Until it counts, an ID stays as unknown to them as it was.
  const isNamed = !(isById(request.scope) && given.state === 'awaiting')
  await tellAsker({ tx }, request, {
    ...{ kind: 'request.approved', projectId, projectName: isNamed ? projectName : null },
    grantState: given.state,
  })
  return { requestId: request.id, state: 'approved', grantId: given.grantId, grantState: given.state }
}

type Told = {
  readonly kind: 'request.approved' | 'request.refused'
  readonly projectId: string | null
  readonly projectName: string | null
  /** Whether what was approved counts, will, or waits for a second administrator. */
  readonly grantState?: GrantState
}

async function tellAsker(
  { tx }: Pick<Act, 'tx'>,
  request: Row,
  { kind, projectId, projectName, grantState }: Told,
): Promise<void> {
  await tell(tx, {
    ...{ kind, to: [request.askedBy], projectId },
    about: {
      ...{ requestId: request.id, ...aboutReach({ ...request, projectName }) },
      ...(grantState !== undefined && { state: grantState }),
    },
  })
}

function toWantedReach({ scope, projectName, region, unit, sessionId, archiveId }: Row): WantedReach {
  if (scope === 'session') return { kind: 'session', sessionId: sessionId ?? '' }
  if (scope === 'archive') return { kind: 'archive', archiveId: archiveId ?? '' }
  if (scope === 'region') return { kind: 'region', name: region ?? '' }
  if (scope === 'unit') return { kind: 'unit', name: unit ?? '' }
  return { kind: 'project', name: projectName ?? '' }
}
