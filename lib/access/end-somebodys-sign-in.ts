import { type Actor, auditActor } from '../auth/actor.ts'
import { endSignInWithin } from '../auth/end-sign-in.ts'
import { AppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { isUuid } from '../uuid.ts'
import { act } from './act.ts'
import { findManaged, isInView } from './managed.ts'
import { can } from './permissions.ts'

/**
 * Ends a sign-in: one's own, or, for an administrator, that of somebody they see; what plays under it ends with it. One
 * that has ended stays as it ended. On record; throws `forbidden`, on record too.
 */
export async function endSomebodysSignIn(services: Services, actor: Actor, signInId: string): Promise<void> {
  const about = { target: { kind: 'sign-in', id: signInId.slice(0, 64) } }
  await act(services, { actor, action: 'sign-in.ended', about }, async ({ tx }) => {
    if (!isUuid(signInId)) throw new AppError('forbidden')
    const [found] = await tx.$queryRaw<{ personId: string; isInView: boolean }[]>`
      SELECT p.id AS "personId", ${isInView(findManaged(actor))} AS "isInView"
      FROM sign_ins s JOIN people p ON p.id = s.person_id WHERE s.id = ${signInId}::uuid`
    const mayEnd =
      found?.personId === actor.personId || (found?.isInView === true && can(actor.roles, 'access:manage'))
    if (!mayEnd) throw new AppError('forbidden')
    await endSignInWithin(tx, { signInId, reason: 'ended', client: actor.client, by: auditActor(actor) })
  })
}
