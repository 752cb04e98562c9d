// Who works beside the demo's people in the browser tests: reviewers whose access differs from the demo reviewer's.
import type { Person } from './stack/people.ts'
import { PROJECTS } from './stack/scenario.ts'
import type { Entry } from './stack/set-up-files.ts'

/** May play both projects. In the second, two viewings at once, as the product has it. */
export const COLLEAGUE = 'colleague@demo.test'
/** May find what the first project has recorded, and no more. */
export const FINDER = 'finder@demo.test'
/** A reviewer, whose grant has ended. */
export const FORMER = 'former@demo.test'

/** Has a grant of the first project by the access file, and no role. */
export const ROLELESS = 'roleless@demo.test'

/** Holds nothing, and asks for it. */
export const ASKER = 'asker@demo.test'
/** A reviewer of the first project whose sign-ins are ended by others. */
export const LEAVER = 'leaver@demo.test'
/** Holds nothing, until roles are given. */
export const MOVER = 'mover@demo.test'

export const COLLEAGUES: readonly Person[] = [
  { email: COLLEAGUE, name: 'Casey Colleague', password: 'colleague-4-demo', roles: ['reviewer'] },
  { email: FINDER, name: 'Fin Finder', password: 'finder-4-demo', roles: ['reviewer'] },
  { email: FORMER, name: 'Frankie Former', password: 'former-4-demo', roles: ['reviewer'] },
  { email: ROLELESS, name: 'Ray Roleless', password: 'roleless-4-demo', roles: [] },
  { email: ASKER, name: 'Ash Asker', password: 'asker-4-demo', roles: [] },
  { email: LEAVER, name: 'Lee Leaver', password: 'leaver-4-demo', roles: ['reviewer'] },
  { email: MOVER, name: 'Mo Mover', password: 'mover-4-demo', roles: [] },
]

/** An access file. */
export type Access = { readonly people: readonly Entry[]; readonly grants: readonly Entry[] }

const DAY_MS = 86_400_000

/** The same file, with the colleagues in it. */
export function addColleagues({ people, grants }: Access): Access {
  const [first, second] = PROJECTS
  const daysFromNow = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString()
  const play = { rights: ['recording:find', 'recording:play'], until: daysFromNow(30), reason: 'Helps out.' }
  return {
    people: [...people, ...COLLEAGUES.map(({ email, roles }) => ({ email, roles }))],
    grants: [
      ...grants,
      { email: COLLEAGUE, project: first.name, ...play },
      { email: COLLEAGUE, project: second.name, ...play },
      { email: FINDER, project: first.name, ...play, rights: ['recording:find'] },
      { email: ROLELESS, project: first.name, ...play },
      { email: LEAVER, project: first.name, ...play },
      { email: FORMER, project: first.name, ...play, from: daysFromNow(-9), until: daysFromNow(-1) },
    ],
  }
}
