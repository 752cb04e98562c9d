import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import type { Reach } from '../find-reach.ts'
import { managesProject } from '../permissions.ts'

/** Throws unless somebody administers where a grant reaches. Who does not is told nothing of what is known. */
export function requireManager(actor: Actor, reach: Reach | null): asserts reach is Reach {
  if (!managesProject(actor.roles, reach?.project?.id ?? null)) throw new AppError('forbidden')
  if (reach === null)
    throw new AppError(
      'scope-unknown',
      'Nothing is known by that name or ID. Check the project, session or archive.',
    )
}
