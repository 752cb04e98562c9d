// Whose access lies elsewhere: everybody here holds something in the demo's second project, and nothing in the first.
// And one person whom it is about, who holds something in the first alone.
import type { Access } from './colleagues.ts'
import type { Person } from './stack/people.ts'
import { PROJECTS } from './stack/scenario.ts'

/** A reviewer of the second project, with a grant on it. */
export const OTHER_REVIEWER = 'reviewer-beside@demo.test'
export const OTHER_ADMIN = 'admin-beside@demo.test'
export const OTHER_AUDITOR = 'auditor-beside@demo.test'
/** A reviewer of all projects, whose grant is on the second. */
export const ELSEWHERE = 'elsewhere@demo.test'
/** A reviewer of the first project, with a grant on it. */
export const INSIDER = 'insider@demo.test'
/** Two who hold nothing; the second has never asked for anything. */
export const NEWCOMER = 'newcomer@demo.test'
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
  { email: OTHER_REVIEWER, name: 'Oli Reviewer', password: 'reviewer-beside-4-demo', roles: ['reviewer'] },
  { email: OTHER_ADMIN, name: 'Ozzy Admin', password: 'admin-beside-4-demo', roles: ['admin'] },
  { email: OTHER_AUDITOR, name: 'Ode Auditor', password: 'auditor-beside-4-demo', roles: ['auditor'] },
  { email: ELSEWHERE, name: 'Eli Elsewhere', password: 'elsewhere-4-demo', roles: ['reviewer'] },
  { email: NEWCOMER, name: 'Nia Newcomer', password: 'newcomer-4-demo', roles: [] },
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
