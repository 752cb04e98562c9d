import { z } from 'zod'
import { Prisma } from '../../../prisma/client/client.ts'
import { act } from '../../access/act.ts'
import { can } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { parseBody } from '../../parse-body.ts'
import type { Services } from '../../services.ts'
import { isUuid } from '../../uuid.ts'
import { officeHoursSchema } from './office-hours.ts'

const body = z.strictObject({
  /** Whether what its people did is summed up day by day. */
  summed: z.boolean(),
  /** Null: the usual ones. Left out: as they were. */
  officeHours: officeHoursSchema.nullish(),
})

type WantedSummary = z.output<typeof body>

/** Throws `request-invalid`. */
export const parseDaySummary = (given: unknown): WantedSummary => parseBody(given, body)

/**
 * Says whether a project's days are summed up, and what its office hours are. On record as a change of the project; refused
 * on record: `forbidden`, also for a project that there is not.
 */
export async function setDaySummary(
  services: Services,
  actor: Actor,
  { projectId, ...wanted }: WantedSummary & { readonly projectId: string },
): Promise<void> {
  const about = { target: { kind: 'project', id: isUuid(projectId) ? projectId.toLowerCase() : 'unknown' } }
  await act(services, { actor, action: 'project.changed', about }, async (doing) => {
    const { tx } = doing
    const kept = isUuid(projectId) ? await findLocked(tx, projectId) : null
    if (kept === null || !can(doing.actor.roles, 'project:manage', kept.id)) throw new AppError('forbidden')
    const { id, name, region, daySummary } = kept
    doing.note({ projectId: id, projectName: name, ...(region !== null && { region }) })
    const officeHours = wanted.officeHours === undefined ? kept.officeHours : wanted.officeHours
    await tx.project.update({
      where: { id },
      data: { daySummary: wanted.summed, officeHours: officeHours ?? Prisma.DbNull },
    })
    await doing.record('project.changed', {
      before: { daySummary, officeHours: kept.officeHours },
      after: { daySummary: wanted.summed, officeHours },
    })
  })
}

async function findLocked(tx: Prisma.TransactionClient, projectId: string) {
  await tx.$queryRaw`SELECT id FROM projects WHERE id = ${projectId}::uuid FOR NO KEY UPDATE`
  return tx.project.findUnique({ where: { id: projectId } })
}
