import type { Act } from '../../access/act.ts'
import { mayExport, toScope } from '../../audit/out/scope.ts'
import { AppError } from '../../errors.ts'
import { isUuid } from '../../uuid.ts'
import { factsOf } from '../lock-place.ts'

export type LockedPush = {
  readonly id: string
  readonly url: string
  readonly secrets: unknown
  readonly isEnded: boolean
}

/**
 * A push that is being changed. Throws `forbidden` for one that is not there, or whose log is not theirs to export,
 * unless it is their own.
 */
export async function lockPush({ tx, actor, note }: Act, pushId: string): Promise<LockedPush> {
  if (!isUuid(pushId)) throw new AppError('forbidden')
  await tx.$queryRaw`SELECT FROM log_outlets WHERE id = ${pushId}::uuid FOR UPDATE`
  const push = await tx.logOutlet.findUnique({
    where: { id: pushId, kind: 'push' },
    include: {
      webhook: {
        include: { project: { select: { id: true, name: true, region: true, fourEyes: true } } },
      },
    },
  })
  if (push?.webhook == null) throw new AppError('forbidden')
  const { webhook } = push
  if (push.madeBy !== actor.personId && !mayExport(actor.roles, toScope(push)))
    throw new AppError('forbidden')
  note(factsOf({ project: webhook.project, guarded: null }))
  return { id: webhook.id, url: webhook.url, secrets: webhook.secrets, isEnded: push.endedAt !== null }
}
