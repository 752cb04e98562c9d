import type { Prisma } from '../../prisma/client/client.ts'
import type { Actor } from '../auth/actor.ts'
import { AppError } from '../errors.ts'
import { findAdministrators } from '../notices/find-administrators.ts'
import { tell } from '../notices/tell.ts'
import { requireWords } from '../plain-words.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { email } from './access-file-schema.ts'
import { type Act, act } from './act.ts'
import { requireAnother, requireTimes } from './check-grant.ts'
import { factsOf, findReach, type Reach } from './find-reach.ts'
import { toScopeColumns } from './grant-scope.ts'
import { type GrantState, planGrantState } from './held-access.ts'
import { can } from './permissions.ts'
import { preparePeople } from './prepare-people.ts'
import type { Wanted, WantedGrant } from './wanted.ts'

export type GivenGrant = { readonly grantId: string; readonly state: GrantState }

/**
 * Gives a person, or a group, rights over a scope; on a project of four eyes it counts once a second administrator has
 * approved it. On record, and so is a refusal: `forbidden` (not an administrator there), `own-access`, `scope-unknown`,
 * `person-invalid`, `grant-invalid`, `reason-invalid`.
 */
export async function giveGrant(services: Services, actor: Actor, wanted: WantedGrant): Promise<GivenGrant> {
  const { reach: named } = wanted
  const about = {
    ...(named.kind === 'session' && { sessionId: named.sessionId }),
    ...(named.kind === 'archive' && { archiveId: named.archiveId }),
    ...{ reason: wanted.reason, after: describeGrant(wanted) },
    ...(wanted.caseReference !== null && { caseReference: wanted.caseReference }),
  }
  return act(services, { actor, action: 'grant.given', about }, async (doing) => {
    const reach = await findReach(doing.tx, named)
    requireManager(doing.actor, reach)
    doing.note(factsOf(reach))
    requireWords('reason', wanted.reason)
    const holder = await findHolder(doing, wanted)
    const now = await readClock(doing.tx)
    const from = wanted.from !== null && wanted.from > now ? wanted.from : now
    requireTimes({ from, until: wanted.until, now, longestDays: reach.longestDays })
    return insertGrant(doing, {
      wanted,
      reach,
      holder,
      from,
      now,
      maxAgeDays: wanted.maxAgeDays,
      requestId: null,
    })
  })
}

/** Throws unless somebody administers where a grant reaches. Who does not is told nothing of what is known. */
export function requireManager(actor: Actor, reach: Reach | null): asserts reach is Reach {
  const isManager =
    reach?.project == null
      ? actor.roles.some(({ role, projectId }) => role === 'admin' && projectId === null)
      : can(actor.roles, 'access:manage', reach.project.id)
  if (!isManager) throw new AppError('forbidden')
  if (reach === null)
    throw new AppError(
      'scope-unknown',
      'Nothing is known by that name or ID. Check the project, session or archive.',
    )
}

export type GrantHolder =
  | { readonly kind: 'person'; readonly personId: string }
  | { readonly kind: 'group'; readonly name: string }

export type NewGrant = {
  readonly wanted: Pick<Wanted, 'rights' | 'until' | 'reason' | 'caseReference'>
  readonly reach: Reach
  readonly holder: GrantHolder
  readonly from: Date
  readonly now: Date
  readonly maxAgeDays: number | null
  readonly requestId: string | null
}

/** Writes a grant by the actor's hand, puts it on record and tells whom it concerns. */
export async function insertGrant(
  { tx, actor, record }: Act,
  { wanted, reach, holder, from, now, maxAgeDays, requestId }: NewGrant,
): Promise<GivenGrant> {
  const { rights, until, reason, caseReference } = wanted
  const grant = await tx.grant.create({
    data: {
      ...{ id: newUuid(), ...toScopeColumns(reach.scope), maxAgeDays, requestId },
      personId: holder.kind === 'person' ? holder.personId : null,
      groupName: holder.kind === 'group' ? holder.name : null,
      ...{ rights: [...rights], validFrom: from, validUntil: until, reason, caseReference },
      givenBy: actor.personId,
    },
  })
  await record('grant.given', {
    target: toTarget(holder),
    grantId: grant.id,
    ...factsOf(reach),
    reason,
    ...(caseReference !== null && { caseReference }),
    after: {
      ...{ scope: reach.scope, rights, from: from.toISOString(), until: until.toISOString() },
      ...(maxAgeDays !== null && { maxAgeDays }),
      ...(requestId !== null && { requestId }),
      needsSecond: grant.needsSecond,
    },
  })
  const projectId = reach.project?.id ?? null
  // Whoever asked is told that their request was approved, not of the grant as well.
  const holders = holder.kind === 'person' && requestId === null ? [holder.personId] : []
  const others = (await findAdministrators(tx, projectId)).filter((id) => id !== actor.personId)
  await tell(tx, {
    kind: grant.needsSecond ? 'grant.awaiting' : 'grant.given',
    to: grant.needsSecond ? others : holders,
    projectId,
    about: { grantId: grant.id, project: reach.project?.name ?? null },
  })
  return { grantId: grant.id, state: planGrantState(grant, now) }
}

export function toTarget(holder: GrantHolder): { kind: string; id: string } {
  return holder.kind === 'person'
    ? { kind: 'person', id: holder.personId }
    : { kind: 'group', id: holder.name }
}

/** The database's clock, by which grants count. */
export async function readClock(tx: Pick<Prisma.TransactionClient, '$queryRaw'>): Promise<Date> {
  const [row] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`
  if (row === undefined) throw new AppError('internal')
  return row.now
}

async function findHolder({ tx, actor, note }: Act, { to }: WantedGrant): Promise<GrantHolder> {
  if (to.kind === 'group') {
    const [row] = await tx.$queryRaw<{ isIn: boolean }[]>`
      SELECT ${to.name} = ANY (groups) AS "isIn" FROM people WHERE id = ${actor.personId}::uuid`
    note({ target: { kind: 'group', id: to.name } })
    requireAnother(row?.isIn === true)
    return to
  }
  const mail = email.safeParse(to.email)
  if (!mail.success)
    throw new AppError(
      'person-invalid',
      'This is no mail address in plain letters. Write it as they sign in with it; what only looks alike is another.',
    )
  const faults: string[] = []
  const people = await preparePeople(
    { tx, say: () => {}, fault: (_, message) => faults.push(message) },
    new Map([[mail.data, ['email']]]),
  )
  const person = people.get(mail.data)
  if (person === undefined || faults.length > 0)
    throw new AppError(
      'person-invalid',
      `The mail ${faults[0] ?? 'is nobody’s'}. Give access to each by another of theirs.`,
    )
  note({ target: { kind: 'person', id: person.id } })
  requireAnother(person.id === actor.personId)
  if (person.isDisabled)
    throw new AppError(
      'person-invalid',
      'This person is disabled. Enable them first, if they are to have access again.',
    )
  return { kind: 'person', personId: person.id }
}

/** For a refusal, which has no grant to speak of. */
function describeGrant({ reach, rights, from, until, maxAgeDays }: WantedGrant): Record<string, unknown> {
  return {
    ...{ scope: reach, rights, until: until.toISOString() },
    ...(from !== null && { from: from.toISOString() }),
    ...(maxAgeDays !== null && { maxAgeDays }),
  }
}
