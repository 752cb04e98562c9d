import { z } from 'zod'
import { act } from '../../access/act.ts'
import { moment } from '../../access/moment.ts'
import { projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { parseBody } from '../../parse-body.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'

const body = z.strictObject({ upTo: moment })

/** Throws `request-invalid`. */
export const parseReviewed = (given: unknown): { readonly upTo: Date } => parseBody(given, body)

/**
 * Puts down that somebody has reviewed the log up to a time: all of it, or that of the projects whose log they may read.
 * On record, for each of those projects; refused on record: `forbidden`, `request-invalid` for a time to come.
 */
export async function markReviewed(
  services: Services,
  actor: Actor,
  { upTo }: { readonly upTo: Date },
): Promise<{ readonly reviewId: string }> {
  const reviewId = newUuid()
  const about = { target: { kind: 'review', id: reviewId } }
  return act(services, { actor, action: 'log.reviewed', about }, async (doing) => {
    const scope = projectsFor(doing.actor.roles, 'audit:read')
    if (scope !== 'all' && scope.length === 0) throw new AppError('forbidden')
    const [clock] = await doing.tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`
    if (clock === undefined || upTo > clock.now)
      throw new AppError('request-invalid', 'What is still to come cannot have been reviewed.')
    const projectIds = scope === 'all' ? [] : [...scope]
    await doing.tx.logReview.create({
      data: { id: reviewId, personId: actor.personId, forAll: scope === 'all', projectIds, upTo },
    })
    const after = { upTo: upTo.toISOString(), projects: scope === 'all' ? 'all' : projectIds.length }
    if (scope === 'all') await doing.record('log.reviewed', { after })
    const projects = await doing.tx.project.findMany({ where: { id: { in: projectIds } } })
    for (const { id, name } of projects)
      await doing.record('log.reviewed', { after, projectId: id, projectName: name })
    return { reviewId }
  })
}
