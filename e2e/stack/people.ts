import { createHash } from 'node:crypto'

export type Person = {
  readonly email: string
  readonly name: string
  readonly password: string
  /** What the access file gives them. */
  readonly roles: readonly string[]
  /** What the identity provider's claim `groups` says of them; left out where it says nothing. */
  readonly groups?: readonly string[]
}

/** The people of the demo: everybody it takes, and somebody who holds nothing. */
export const PEOPLE: readonly Person[] = [
  { email: 'reviewer@demo.test', name: 'Robin Reviewer', password: 'review-4-demo', roles: ['reviewer'] },
  { email: 'admin@demo.test', name: 'Alex Admin', password: 'admin-4-demo', roles: ['admin'] },
  { email: 'admin2@demo.test', name: 'Billie Admin', password: 'admin2-4-demo', roles: ['admin'] },
  { email: 'auditor@demo.test', name: 'Ari Auditor', password: 'audit-4-demo', roles: ['auditor'] },
  { email: 'nobody@demo.test', name: 'Nico Nobody', password: 'nobody-4-demo', roles: [] },
]

/** The subject the identity provider knows a person by: says nothing, never changes. */
export function subjectOf(person: Person): string {
  return createHash('sha256').update(`subject of ${person.email}`).digest('hex').slice(0, 24)
}
