import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import { requireOwnExport } from './own-export.ts'

/** Ends an export of one's own, or has its file removed; again is as good as once. Throws `forbidden`. */
export async function cancelExport(services: Services, actor: Actor, exportId: string): Promise<void> {
  const own = await requireOwnExport(services, actor, exportId)
  await withinDeadline(
    services.db.$executeRaw`
      UPDATE log_exports SET ended_at = coalesce(ended_at, now()),
        state = CASE WHEN state IN ('waiting', 'running') THEN 'cancelled' ELSE 'removed' END,
        asked = '{}', sealed_key = NULL
      WHERE id = ${own.exportId}::uuid AND state IN ('waiting', 'running', 'done', 'failed')`,
  )
}
