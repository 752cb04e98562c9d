import type { Actor } from '../../auth/actor.ts'
import type { Services } from '../../services.ts'
import { toLoggedId } from '../../uuid.ts'
import { type Act, type ActFacts, act, type Deed } from '../act.ts'
import { type LockedGrant, lockGrant } from './lock-grant.ts'
import { findAware, findHolders, tellOfGrant } from './tell-of-grant.ts'

type Revoking = { readonly grantId: string; readonly word: string | null }

/** How taking a grant back is on record. */
export function deedOfRevoking(grantId: string): Deed {
  return { action: 'grant.revoked', about: { target: { kind: 'grant', id: toLoggedId(grantId) } } }
}

/**
 * Takes a grant back: what is played under it ends at its next window. One that was taken back already, or has ended,
 * stays as it is. On record, and so is a refusal: `forbidden`.
 */
export async function revokeGrant(services: Services, actor: Actor, input: Revoking): Promise<void> {
  await act(services, { actor, ...deedOfRevoking(input.grantId) }, async (doing) => {
    const grant = await lockGrant(doing, input.grantId)
    if (grant.state === 'taken back' || grant.state === 'ended' || grant.state === 'lapsed') return
    await takeBack(doing, grant, { word: input.word })
  })
}

/** Takes a locked grant back, puts that on record and tells whom it was for. */
export async function takeBack(
  { tx, actor, record }: Act,
  grant: LockedGrant,
  { word, after }: { readonly word: string | null; readonly after?: ActFacts['after'] },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE grants SET revoked_at = now(), revoked_by = ${actor.personId}::uuid WHERE id = ${grant.id}::uuid`
  await record('grant.revoked', { ...(word && { reason: word }), ...(after !== undefined && { after }) })
  const hasWaited = grant.state === 'awaiting'
  const concerned = await (hasWaited ? findAware(tx, grant) : findHolders(tx, grant))
  await tellOfGrant(tx, grant, {
    ...{ kind: 'grant.revoked', hasWaited },
    to: concerned.filter((personId) => personId !== actor.personId),
  })
}
