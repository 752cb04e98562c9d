import { type Actor, auditActor } from '../../auth/actor.ts'
import { endSignInWithin } from '../../auth/end-sign-in.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { isUuid, toLoggedId } from '../../uuid.ts'
import { act } from '../act.ts'
import { findManaged, isInView } from '../managed.ts'

/**
 * Ends a sign-in: one of one's own, or, for an administrator, of somebody they see; what plays under it ends with it. One
 * that has ended stays as it ended. On record, and so is a refusal: `forbidden`, the same for one that there is not.
 */
export async function endOtherSignIn(services: Services, actor: Actor, signInId: string): Promise<void> {
  const id = toLoggedId(signInId)
  const about = { target: { kind: 'sign-in', id } }
  await act(services, { actor, action: 'sign-in.ended', about }, async (doing) => {
    const { tx } = doing
    const rows = isUuid(signInId)
      ? await tx.$queryRaw<{ mayEnd: boolean }[]>`
          SELECT (p.id = ${actor.personId}::uuid OR ${isInView(findManaged(doing.actor))}) AS "mayEnd"
          FROM sign_ins s JOIN people p ON p.id = s.person_id WHERE s.id = ${signInId}::uuid`
      : []
    if (rows[0]?.mayEnd !== true) throw new AppError('forbidden')
    await endSignInWithin(tx, { signInId: id, reason: 'ended', client: actor.client, by: auditActor(actor) })
  })
}
