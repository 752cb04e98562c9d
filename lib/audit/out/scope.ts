import { projectsFor, type Role } from '../../access/permissions.ts'
import type { LogScope } from '../learn-filter.ts'

/** Whether somebody with these roles may send out the log of a whole scope: to a part of it alone nothing is cut down in silence. */
export function mayExport(roles: readonly Role[], scope: LogScope): boolean {
  const held = projectsFor(roles, 'audit:export')
  if (held === 'all') return true
  return scope !== 'all' && scope.length > 0 && scope.every((projectId) => held.includes(projectId))
}

/** A scope as its columns have it. */
export function toScope({
  forAll,
  projectIds,
}: {
  readonly forAll: boolean
  readonly projectIds: readonly string[]
}): LogScope {
  return forAll ? 'all' : projectIds
}
