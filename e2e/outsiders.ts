// Whose access lies elsewhere: everybody here holds something in the demo's second project, and nothing in the first.
// And one person whom it is about, who holds something in the first alone.
import type { Access } from './colleagues.ts'
import type { Person } from './stack/people.ts'
import { PROJECTS } from './stack/scenario.ts'

/** A reviewer of the second project, with a grant on it. */
export const OTHER_REVIEWER = 'other-reviewer@demo.test'
export const OTHER_ADMIN = 'other-admin@demo.test'
export const OTHER_AUDITOR = 'other-auditor@demo.test'
/** A reviewer of all projects, whose grant is on the second. */
export const ELSEWHERE = 'elsewhere@demo.test'
/** A reviewer of the first project, with a grant on it. */
export const INSIDER = 'insider@demo.test'
/** Somebody who holds nothing and has never asked for anything. */
export const STRANGER = 'stranger@demo.test'

const [FIRST, SECOND] = PROJECTS.map(({ name }) => name)
const of = (role: string, project: string | undefined) => ({ role, projects: [project] })

const ROLES: Readonly<Record<string, unknown>> = {
  [OTHER_REVIEWER]: of('reviewer', SECOND),
  [OTHER_ADMIN]: of('admin', SECOND),
  [OTHER_AUDITOR]: of('auditor', SECOND),
  [ELSEWHERE]: 'reviewer',
  [INSIDER]: of('reviewer', FIRST),
}

export const OUTSIDERS: readonly Person[] = [
  { email: OTHER_REVIEWER, name: 'Oli Reviewer', password: 'other-reviewer-4-demo', roles: ['reviewer'] },
  { email: OTHER_ADMIN, name: 'Ozzy Admin', password: 'other-admin-4-demo', roles: ['admin'] },
  { email: OTHER_AUDITOR, name: 'Ode Auditor', password: 'other-auditor-4-demo', roles: ['auditor'] },
  { email: ELSEWHERE, name: 'Eli Elsewhere', password: 'elsewhere-4-demo', roles: ['reviewer'] },
  { email: STRANGER, name: 'Sacha Stranger', password: 'stranger-4-demo', roles: [] },
  { email: INSIDER, name: 'Ingo Insider', password: 'insider-4-demo', roles: ['reviewer'] },
]

const DAYS = 30
const DAY_MS = 86_400_000

/** The same file, with them in it. */
export function addOutsiders({ people, grants }: Access): Access {
  const grant = {
    rights: ['recording:find', 'recording:play', 'recording:download'],
    until: new Date(Date.now() + DAYS * DAY_MS).toISOString(),
    reason: 'To see where it ends.',
  }
  return {
    people: [...people, ...Object.entries(ROLES).map(([email, role]) => ({ email, roles: [role] }))],
    grants: [
      ...grants,
      { email: OTHER_REVIEWER, project: SECOND, ...grant },
      { email: ELSEWHERE, project: SECOND, ...grant },
      { email: INSIDER, project: FIRST, ...grant },
    ],
  }
}
