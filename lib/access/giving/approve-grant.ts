import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { toLoggedId } from '../../uuid.ts'
import { type Act, act, type DeedOf } from '../act.ts'
import { requireAnother } from '../check-grant.ts'
import { makeReviewer } from '../people/make-reviewer.ts'
import { requireEnabled } from '../people/require-enabled.ts'
import type { GivenGrant } from './insert-grant.ts'
import { isOwnGrant, type LockedGrant, lockGrant } from './lock-grant.ts'
import { findAware, findGiver, findHolders, tellOfGrant } from './tell-of-grant.ts'

type Approval = { readonly grantId: string; readonly approve: boolean; readonly word: string | null }

/** How a second word is on record; one that does not say that it approves refuses. */
export function deedOfApproval(grantId: string): DeedOf {
  const about = { target: { kind: 'grant', id: toLoggedId(grantId) } }
  return ({ approve }) => ({ action: approve === true ? 'grant.approved' : 'grant.refused', about })
}

/**
 * The second administrator's word on a grant that waits for one: it counts from then on, or never. A person who is no
 * reviewer there becomes one with it. On record, and so is a refusal: `forbidden`, `own-access` (its holder, giver and
 * asker), `already-decided` (also when it has lapsed), `grant-invalid`, `person-invalid`, `roles-apart`.
 */
export async function approveGrant(services: Services, actor: Actor, input: Approval): Promise<GivenGrant> {
  const { action, about } = deedOfApproval(input.grantId)(input)
  const said = { ...about, ...(input.word && { reason: input.word }) }
  return act(services, { actor, action, about: said }, async (doing) => {
    const grant = await lockGrant(doing, input.grantId)
    requireAnother(isOwnGrant(grant, actor))
    if (grant.state !== 'awaiting') throw new AppError('already-decided')
    return input.approve ? approve(doing, grant) : refuse(doing, grant)
  })
}

async function approve(doing: Act, grant: LockedGrant): Promise<GivenGrant> {
  const { tx, actor, record } = doing
  const [row] = await tx.$queryRaw<{ ended: boolean }[]>`
    UPDATE grants SET approved_by = ${actor.personId}::uuid, approved_at = clock_timestamp()
    WHERE id = ${grant.id}::uuid
    RETURNING valid_until <= clock_timestamp() AS ended`
  if (row?.ended !== false)
    throw new AppError('grant-invalid', 'This grant has come to its end already. A new one must be given.')
  if (grant.personId !== null) await letIn(doing, { ...grant, personId: grant.personId })
  await record('grant.approved')
  // Whoever gave it knows that it was to be, not that it is.
  const to = [...(await findHolders(tx, grant)), ...(await findGiver(tx, grant))]
  await tellOfGrant(tx, grant, { kind: 'grant.given', to })
  return { grantId: grant.id, state: grant.isEarly ? 'not yet' : 'in force' }
}

/** An access file gives roles and grants apart, and its grants come from nobody's hand; it locks people before them. */
async function letIn(doing: Act, grant: LockedGrant & { readonly personId: string }): Promise<void> {
  if (grant.givenBy === null) await requireEnabled(doing, grant.personId)
  else await makeReviewer(doing, { personId: grant.personId, projectId: grant.projectId })
}

async function refuse({ tx, actor, record }: Act, grant: LockedGrant): Promise<GivenGrant> {
  await tx.$executeRaw`
    UPDATE grants SET revoked_at = now(), revoked_by = ${actor.personId}::uuid WHERE id = ${grant.id}::uuid`
  await record('grant.refused')
  await tellOfGrant(tx, grant, { kind: 'grant.refused', to: await findAware(tx, grant), hasWaited: true })
  return { grantId: grant.id, state: 'taken back' }
}
