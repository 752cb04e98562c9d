import type { HeldRole } from './lock-holders.ts'

/** A role as it is held, with the name of its project. */
export type NamedRole = HeldRole & { readonly project: string | null }

/** The same as an access file says it: a name, for all projects, or with those it is for. */
export type RenderedRole = string | { readonly role: string; readonly projects: readonly string[] }

export function renderRoles(held: readonly Pick<NamedRole, 'role' | 'project'>[]): readonly RenderedRole[] {
  const byRole = Map.groupBy(held, ({ role }) => role)
  return [...byRole]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .flatMap(([role, each]) => {
      const projects = each.flatMap(({ project }) => project ?? []).toSorted()
      const isForAll = each.some(({ project }) => project === null)
      return [...(isForAll ? [role] : []), ...(projects.length > 0 ? [{ role, projects }] : [])]
    })
}
