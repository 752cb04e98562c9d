/** The roles, each with what it may do. A role carries nothing that is not listed here. */
export const ROLES = {
  reviewer: ['recording:find', 'recording:play', 'recording:download'],
  admin: ['access:manage', 'project:manage'],
  auditor: ['audit:read', 'audit:export'],
} as const satisfies Record<string, readonly string[]>

export type RoleName = keyof typeof ROLES
export type Permission = (typeof ROLES)[RoleName][number]

/** The closed list, each with what it means. */
export const PERMISSIONS = {
  'recording:find': 'Find sessions and see their archives, within a grant in force.',
  'recording:play': 'Play recordings, within a grant in force.',
  'recording:download': 'Download recordings, within a grant in force.',
  'access:manage': 'Manage people, roles and grants.',
  'project:manage': 'Manage recorder projects, storage and certificates.',
  'audit:read': 'Read the log.',
  'audit:export': 'Export the log.',
} as const satisfies Record<Permission, string>

/** Permissions that a role alone does not give: a grant in force must carry them too. */
export type Right = Extract<Permission, `recording:${string}`>

/** A role as it is held: for all projects (null) or for one. */
export type Role = { readonly role: RoleName; readonly projectId: string | null }

/**
 * Whether somebody's roles carry a permission: for one project when it is named, else for any at all.
 * A role this version does not know carries nothing.
 */
export function can(roles: readonly Role[], permission: Permission, projectId?: string): boolean {
  return roles.some(
    (held) =>
      carries(held.role, permission) &&
      (projectId === undefined || held.projectId === null || held.projectId === projectId),
  )
}

/** The projects a permission is held for: all of them, or those listed. */
export function projectsFor(roles: readonly Role[], permission: Permission): 'all' | readonly string[] {
  const carrying = roles.filter((held) => carries(held.role, permission))
  if (carrying.some((held) => held.projectId === null)) return 'all'
  return [...new Set(carrying.map((held) => held.projectId).filter((id) => id !== null))]
}

/** Whether somebody manages access to a project, or to what lies in several or in none that is known: null. */
export function managesProject(roles: readonly Role[], projectId: string | null): boolean {
  const managed = projectsFor(roles, 'access:manage')
  return managed === 'all' || (projectId !== null && managed.includes(projectId))
}

export function isRight(permission: Permission): permission is Right {
  return permission.startsWith('recording:')
}

export function isRoleName(text: string): text is RoleName {
  return Object.hasOwn(ROLES, text)
}

/** Roles as the database keeps them; what this version does not know is none. */
export function parseRoles(rows: readonly { role: string; projectId: string | null }[]): Role[] {
  return rows.flatMap(({ role, projectId }) => (isRoleName(role) ? [{ role, projectId }] : []))
}

/** `reviewer`, or `reviewer@<project id>` when held for one project: as the log has it. */
export function roleText(held: { readonly role: string; readonly projectId: string | null }): string {
  return held.projectId === null ? held.role : `${held.role}@${held.projectId}`
}

function carries(role: string, permission: Permission): boolean {
  if (!isRoleName(role)) return false
  const carried: readonly Permission[] = ROLES[role]
  return carried.includes(permission)
}
