import type { Actor } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import type { Services } from '../services.ts'

/** Marks notices of one's own as read; others, and those read before, stay as they are. */
export async function markRead({ db }: Services, actor: Actor, ids: readonly string[]): Promise<void> {
  await withinDeadline(
    db.notice.updateMany({
      where: { id: { in: [...ids] }, personId: actor.personId, readAt: null },
      data: { readAt: new Date() },
    }),
  )
}
