import type { ShownRole } from '../../lib/access/held-access.ts'
import { isRoleName, type RoleName } from '../../lib/access/permissions.ts'

/** How far a role is held: not at all, for all projects, or for listed ones. */
export type RoleReach =
  | { readonly kind: 'none' }
  | { readonly kind: 'all' }
  | { readonly kind: 'listed'; readonly projects: readonly string[] }

export type RoleFields = Readonly<Record<RoleName, RoleReach>>

/** A role as the access file has it. */
export type FileRole = RoleName | { readonly role: RoleName; readonly projects: readonly string[] }

export const NONE: RoleFields = {
  reviewer: { kind: 'none' },
  admin: { kind: 'none' },
  auditor: { kind: 'none' },
}

/** What is held, as the fields have it. Who manages some projects only decides about those: for all is not theirs. */
export function toFields(roles: readonly ShownRole[], isWide: boolean): RoleFields {
  const reachOf = (name: RoleName): RoleReach => {
    const held = roles.filter(({ role }) => role === name)
    if (isWide && held.some(({ project }) => project === null)) return { kind: 'all' }
    const projects = held.flatMap(({ project }) => project ?? [])
    return projects.length === 0 ? { kind: 'none' } : { kind: 'listed', projects }
  }
  return { reviewer: reachOf('reviewer'), admin: reachOf('admin'), auditor: reachOf('auditor') }
}

/** What stands against it, in words; null where nothing does. */
export function judgeRoles(fields: RoleFields): string | null {
  const isHeld = (name: RoleName): boolean => fields[name].kind !== 'none'
  if (Object.values(fields).some((reach) => reach.kind === 'listed' && reach.projects.length === 0))
    return 'Choose one project at least, or “not held”.'
  return isHeld('auditor') && (isHeld('reviewer') || isHeld('admin'))
    ? 'An auditor holds no other role. Choose “not held” for one of them.'
    : null
}

/** The same as `PUT /access/people/{id}/roles` takes it. */
export function toRoles(fields: RoleFields): FileRole[] {
  return Object.entries(fields).flatMap(([role, reach]): FileRole[] => {
    if (!isRoleName(role) || reach.kind === 'none') return []
    return [reach.kind === 'all' ? role : { role, projects: reach.projects }]
  })
}

/** Of what the sign-in service proposes, what is theirs to accept who manage all projects, or some: for all is not. */
export function keepAcceptable(proposed: readonly string[], isWide: boolean): readonly string[] {
  return isWide ? proposed : proposed.filter((text) => text.includes('@'))
}

/** What is held already, and what the sign-in service proposes besides: `auditor`, or `reviewer@` the id of a project. */
export function addProposed(
  fields: RoleFields,
  proposed: readonly string[],
  projects: readonly { readonly id: string; readonly name: string }[],
): RoleFields {
  let added = fields
  for (const text of proposed) {
    const [role = '', id] = text.split('@')
    const name = projects.find((project) => project.id === id)?.name
    if (!isRoleName(role) || (id !== undefined && name === undefined)) continue
    const before = added[role]
    if (before.kind === 'all') continue
    const listed = before.kind === 'listed' ? before.projects : []
    added = {
      ...added,
      [role]: name === undefined ? { kind: 'all' } : { kind: 'listed', projects: [...listed, name] },
    }
  }
  return added
}
