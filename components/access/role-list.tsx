import type { ShownRole } from '../../lib/access/held-access.ts'
import classes from '../frame/fact-list.module.css'
import { ROLE_WORDS } from '../words.ts'

/** Roles, each with the project it is for. */
export function RoleList({ roles }: { roles: readonly ShownRole[] }) {
  return (
    <ul className={classes.list}>
      {roles.map(({ role, project }) => (
        <li key={`${role} ${project}`}>
          {ROLE_WORDS[role]}, {project ?? 'all projects'}
        </li>
      ))}
    </ul>
  )
}
