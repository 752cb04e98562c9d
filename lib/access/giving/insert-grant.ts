import { newUuid } from '../../uuid.ts'
import type { Act } from '../act.ts'
import type { Reach } from '../find-reach.ts'
import { factsOfGrant, getGrantRow } from '../grant-row.ts'
import { toScopeColumns } from '../grant-scope.ts'
import { type GrantState, planGrantState } from '../held-access.ts'
import { makeReviewer, requireReviewable } from '../people/make-reviewer.ts'
import type { Wanted } from '../wanted.ts'
import type { GrantHolder } from './find-holder.ts'
import { findHolders, tellOfGrant } from './tell-of-grant.ts'
import { tellOfWait, waits } from './waiting.ts'

export type GivenGrant = { readonly grantId: string; readonly state: GrantState }

export type NewGrant = {
  readonly wanted: Pick<Wanted, 'rights' | 'until' | 'reason' | 'caseReference'>
  readonly reach: Reach
  readonly holder: GrantHolder
  readonly from: Date
  readonly now: Date
  readonly maxAgeDays: number | null
  readonly requestId: string | null
}

/**
 * Writes a grant by the actor's hand, puts it on record and tells whom it concerns. A person becomes a reviewer with it,
 * unless it waits: then with its approval. Throws `roles-apart`.
 */
export async function insertGrant(
  doing: Act,
  { wanted, reach, holder, from, now, maxAgeDays, requestId }: NewGrant,
): Promise<GivenGrant> {
  const { tx, actor, record } = doing
  const { rights, until, reason, caseReference } = wanted
  const given = await tx.grant.create({
    data: {
      ...{ id: newUuid(), ...toScopeColumns(reach.scope), maxAgeDays, requestId },
      personId: holder.kind === 'person' ? holder.personId : null,
      groupName: holder.kind === 'group' ? holder.name : null,
      ...{ rights: [...rights], validFrom: from, validUntil: until, reason, caseReference },
      givenBy: actor.personId,
    },
  })
  // By a group they are what they were: who comes to be in it is the provider's to say.
  if (holder.kind === 'person') {
    const reviewing = { personId: holder.personId, projectId: reach.project?.id ?? null }
    await (waits(given) ? requireReviewable(doing, reviewing) : makeReviewer(doing, reviewing))
  }
  const grant = await getGrantRow(tx, given.id)
  await record('grant.given', {
    ...factsOfGrant(grant),
    reason,
    ...(caseReference !== null && { caseReference }),
    after: {
      ...{ scope: reach.scope, rights, from: from.toISOString(), until: until.toISOString() },
      ...(maxAgeDays !== null && { maxAgeDays }),
      ...(requestId !== null && { requestId }),
      needsSecond: given.needsSecond,
    },
  })
  if (waits(given)) await tellOfWait(tx, grant)
  else {
    // Whoever asked is told that their request was approved, not of the grant as well.
    const to = requestId === null ? await findHolders(tx, grant) : []
    await tellOfGrant(tx, grant, { kind: 'grant.given', to })
  }
  return { grantId: given.id, state: planGrantState(given, now) }
}
