import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { act, type DeedOf } from '../act.ts'
import { requireAnother } from '../check-grant.ts'
import type { GivenGrant } from './insert-grant.ts'
import { lockGrant } from './lock-grant.ts'
import { deedOfRevoking, takeBack } from './revoke-grant.ts'

export type Verdict = {
  readonly grantId: string
  readonly verdict: 'keep' | 'remove'
  readonly word: string | null
}

/** How a verdict is on record; one that does not say that it keeps takes back. */
export function deedOfVerdict(grantId: string): DeedOf {
  const removal = deedOfRevoking(grantId)
  return ({ verdict }) => (verdict === 'keep' ? { ...removal, action: 'grant.reviewed' } : removal)
}

/**
 * What an access review says of a grant: kept, which is asked again after 90 days, or taken back. On record, and so is a
 * refusal: `forbidden`, `own-access` (whom it is for), `already-decided` (it counts no longer).
 */
export async function reviewGrant(services: Services, actor: Actor, input: Verdict): Promise<GivenGrant> {
  const { grantId, verdict, word } = input
  return act(services, { actor, ...deedOfVerdict(grantId)(input) }, async (doing) => {
    const grant = await lockGrant(doing, grantId)
    requireAnother(grant.isHeldByActor)
    if (grant.state !== 'in force' && grant.state !== 'not yet') throw new AppError('already-decided')
    if (verdict === 'remove') {
      await takeBack(doing, grant, { word, after: { review: 'removed' } })
      return { grantId: grant.id, state: 'taken back' }
    }
    await doing.tx.$executeRaw`
      UPDATE grants SET reviewed_at = now(), reviewed_by = ${actor.personId}::uuid WHERE id = ${grant.id}::uuid`
    await doing.record('grant.reviewed', { after: { review: 'kept' }, ...(word && { reason: word }) })
    return { grantId: grant.id, state: grant.state }
  })
}
