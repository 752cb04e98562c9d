import { act } from '../../access/act.ts'
import { projectsFor } from '../../access/permissions.ts'
import { type Actor, auditActor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'

/**
 * Asks for a check of the whole log, which runs in the background; one that is open already is the one asked for.
 * @throws AppError `forbidden` for whoever reads the log of some projects only
 */
export async function askCheck(services: Services, actor: Actor): Promise<{ readonly checkId: string }> {
  const about = { target: { kind: 'log', id: 'all' } }
  return await act(
    services,
    { actor, action: 'check.asked', about },
    async ({ tx, actor: fresh, record }) => {
      if (projectsFor(fresh.roles, 'audit:read') !== 'all') throw new AppError('forbidden')
      const askedBy = JSON.stringify(auditActor(fresh))
      await tx.$queryRaw`
      INSERT INTO log_checks (id, asked_by) VALUES (${newUuid()}::uuid, ${askedBy}::jsonb)
      ON CONFLICT ((ended_at IS NULL)) WHERE ended_at IS NULL DO NOTHING`
      const [open] = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM log_checks WHERE ended_at IS NULL`
      // It ended between the two.
      if (open === undefined) throw new AppError('changed-meanwhile')
      await record('check.asked', { target: { kind: 'log', id: open.id } })
      return { checkId: open.id }
    },
  )
}
