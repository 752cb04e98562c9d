import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import { USUAL_LONGEST_GRANT_DAYS } from '../grant-length.ts'
import { projectsFor } from '../permissions.ts'

/** A project as somebody who gives access over it must know it. */
export type GivableProject = {
  readonly id: string
  readonly name: string
  readonly region: string | null
  readonly unit: string | null
  /** How long what people give may last. */
  readonly longestGrantDays: number
  /** A grant here counts once a second administrator has approved it. */
  readonly fourEyes: boolean
}

export type Givable = {
  /** By name. */
  readonly projects: readonly GivableProject[]
  /** Whether a role or a grant may be given over all projects, a region or a unit. */
  readonly isWide: boolean
}

/** What somebody may give access to. */
export async function listGivable({ db }: Services, actor: Actor): Promise<Givable> {
  const scope = projectsFor(actor.roles, 'access:manage')
  const rows = await withinDeadline(
    db.project.findMany({
      where: scope === 'all' ? {} : { id: { in: [...scope] } },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
      select: { id: true, name: true, region: true, unit: true, longestGrantDays: true, fourEyes: true },
    }),
  )
  const projects = rows.map((row) => ({
    ...row,
    longestGrantDays: row.longestGrantDays ?? USUAL_LONGEST_GRANT_DAYS,
  }))
  return { projects, isWide: scope === 'all' }
}
