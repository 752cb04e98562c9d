import { type Act, act, type DeedOf } from '../access/act.ts'
import { DECIDE_WITHIN_HOURS } from '../access/deciding.ts'
import { lockFourEyes } from '../access/giving/lock-four-eyes.ts'
import { can, projectsFor } from '../access/permissions.ts'
import type { Actor } from '../auth/actor.ts'
import { AppError } from '../errors.ts'
import type { SecretBox } from '../keys/seal.ts'
import type { Services } from '../services.ts'
import { isUuid, toLoggedId } from '../uuid.ts'
import type { Applying } from './applying.ts'
import { factsOfChanged, parseSummary } from './change.ts'
import { openPayload } from './change-payload.ts'
import { makeChange } from './make-change.ts'
import { tellDecided } from './tell-decided.ts'

export type ChangeDecision = {
  readonly changeId: string
  readonly approve: boolean
  /** What whoever decides says to whoever proposed it. */
  readonly word: string | null
}

export type DecidedChange = { readonly changeId: string; readonly state: 'approved' | 'refused' }

type Row = {
  readonly id: string
  readonly kind: string
  readonly summary: unknown
  readonly secrets: unknown
  readonly proposedBy: string | null
  readonly decision: string | null
  readonly decidedBy: string | null
  readonly isOverdue: boolean
}

type Project = Applying['project']

/** How a decision is on record; one that does not say that it approves refuses. */
export function deedOfChangeDecision(changeId: string): DeedOf {
  const about = { target: { kind: 'change', id: toLoggedId(changeId) } }
  return ({ approve }) => ({ action: approve === true ? 'change.approved' : 'change.refused', about })
}

/**
 * Approves a change that waits, and makes it, or refuses it: by an administrator who did not propose it. The same again by
 * the same hand answers the same. On record, and so is a refusal: `forbidden` for what is not there or not theirs,
 * `own-access`, `already-decided` (also when it has lapsed), `change-unfit`.
 */
export async function decideChange(
  services: Services,
  actor: Actor,
  decision: ChangeDecision,
): Promise<DecidedChange> {
  const { changeId, approve } = decision
  const state = approve ? 'approved' : 'refused'
  return act(services, { actor, ...deedOfChangeDecision(changeId)(decision) }, async (doing) => {
    const { change, project } = await lockChange(doing, changeId)
    if (change.decision === state && change.decidedBy === actor.personId) return { changeId, state }
    if (change.decision !== null) throw new AppError('already-decided')
    if (change.isOverdue)
      throw new AppError(
        'already-decided',
        `Nobody decided within ${DECIDE_WITHIN_HOURS} hours, and it has lapsed. Have it proposed again.`,
      )
    if (change.proposedBy === actor.personId)
      throw new AppError('own-access', 'You proposed this change. Another administrator decides it.')
    if (approve) await approveChange(doing, { change, project, box: services.secrets })
    await settle(doing, { change, project, decision })
    return { changeId, state }
  })
}

/** Four eyes and then the project first, as everything does that changes one. */
async function lockChange(
  { tx, actor, note }: Act,
  changeId: string,
): Promise<{ change: Row; project: Project }> {
  if (!isUuid(changeId)) throw new AppError('forbidden')
  const known = await tx.change.findUnique({
    where: { id: changeId },
    select: { kind: true, summary: true, projectId: true },
  })
  // Before anything is locked that keeps others waiting.
  if (known === null || !mayDecide(actor, known)) throw new AppError('forbidden')
  if (known.kind === 'rules') await lockFourEyes(tx)
  const [project] = await tx.$queryRaw<Project[]>`
    SELECT id, name, region FROM projects
    WHERE id = (SELECT project_id FROM changes WHERE id = ${changeId}::uuid) FOR NO KEY UPDATE`
  const [change] = await tx.$queryRaw<Row[]>`
    SELECT id, kind, summary, secrets, proposed_by AS "proposedBy", decision, decided_by AS "decidedBy",
      proposed_at <= now() - make_interval(hours => ${DECIDE_WITHIN_HOURS}) AS "isOverdue"
    FROM changes WHERE id = ${changeId}::uuid FOR UPDATE`
  if (project === undefined || change === undefined) throw new AppError('forbidden')
  note(factsOfChanged(project, parseSummary(known.summary)))
  return { change, project }
}

type Known = { readonly summary: unknown; readonly projectId: string }

/** Where a change lies and whether it is of all never changes. */
function mayDecide({ roles }: Actor, { summary, projectId }: Known): boolean {
  return parseSummary(summary).forAll
    ? projectsFor(roles, 'project:manage') === 'all'
    : can(roles, 'project:manage', projectId)
}

type Approving = { readonly change: Row; readonly project: Project; readonly box: SecretBox }

/** Makes the change by the code that makes it elsewhere, with both hands on record. */
async function approveChange({ tx, actor, record }: Act, { change, project, box }: Approving): Promise<void> {
  const payload = openPayload(box, change)
  if (payload === null)
    throw new AppError(
      'change-unfit',
      'What was proposed can no longer be opened. Refuse it, and have it proposed again.',
    )
  const said: string[] = []
  const hands = { changeId: change.id, proposedBy: change.proposedBy ?? 'projects apply' }
  const applying: Applying = {
    ...{ tx, box, project },
    deciding: {
      changeId: change.id,
      personId: actor.personId,
      isForAll: parseSummary(change.summary).forAll,
    },
    record: ({ action, after, ...facts }) => record(action, { ...facts, after: withHands(after, hands) }),
    say: (line) => said.push(line),
  }
  await makeChange(applying, payload)
  // What is agreed to is what was shown, and nothing else.
  if (said.join('\n') !== parseSummary(change.summary).lines.join('\n'))
    throw new AppError(
      'change-unfit',
      'The project is no longer as it was when this was proposed. Refuse it, and have it proposed again.',
    )
}

type Settling = {
  readonly change: Row
  readonly project: Project
  readonly decision: ChangeDecision
}

/** What was proposed is forgotten: it is made, or never will be. */
async function settle({ tx, actor, record }: Act, { change, project, decision }: Settling): Promise<void> {
  const { id, kind, proposedBy, summary } = change
  const { approve, word } = decision
  const state = approve ? 'approved' : 'refused'
  await tx.change.update({
    where: { id },
    data: { decision: state, decidedAt: new Date(), decidedBy: actor.personId, word, secrets: {} },
  })
  const { lines, forAll } = parseSummary(summary)
  await record(`change.${state}`, {
    after: { kind, lines, proposedBy: proposedBy ?? 'projects apply' },
    ...(word !== null && word !== '' && { reason: word }),
  })
  await tellDecided(tx, { project, change: { id, kind, proposedBy, forAll }, state, by: actor.personId })
}

function withHands(after: unknown, hands: Readonly<Record<string, string>>): unknown {
  return typeof after === 'object' && after !== null ? { ...after, ...hands } : hands
}
