import { describe, expect, test } from 'vitest'
import {
  can,
  isRight,
  managesProject,
  PERMISSIONS,
  type Permission,
  projectsFor,
  ROLES,
  type Role,
  type RoleName,
} from './permissions.ts'

/** What each role carries, said once more and by hand: the table is judged by it. */
const CARRIED = {
  'recording:find': 'reviewer',
  'recording:play': 'reviewer',
  'recording:download': 'reviewer',
  'access:manage': 'admin',
  'project:manage': 'admin',
  'audit:read': 'auditor',
  'audit:export': 'auditor',
} as const satisfies Record<Permission, RoleName>

const all = Object.keys(PERMISSIONS) as Permission[]
const [THIS, OTHER] = ['this project', 'another project']

/** For which projects somebody holds a role, and what follows for this project. */
const RELATIONS: readonly (readonly [said: string, held: readonly (string | null)[], isForThis: boolean])[] =
  [
    ['all projects', [null], true],
    ['this project', [THIS], true],
    ['another project', [OTHER], false],
    ['this and another project', [OTHER, THIS], true],
    ['all projects, and another by name', [OTHER, null], true],
  ]

/** Roles that may be held together: an auditor holds no other. */
const HOLDERS: readonly (readonly RoleName[])[] = [
  ['reviewer'],
  ['admin'],
  ['auditor'],
  ['reviewer', 'admin'],
]

const hold = (roles: readonly RoleName[], projects: readonly (string | null)[]): Role[] =>
  roles.flatMap((role) => projects.map((projectId) => ({ role, projectId })))

describe.each(HOLDERS.map((roles) => [roles.join(' and '), roles] as const))('%s', (_, roles) => {
  describe.each(RELATIONS)('of %s', (_said, projects, isForThis) => {
    test('manages a project, and what lies in several', () => {
      const held = hold(roles, projects)
      const isAdmin = roles.includes('admin')
      expect(managesProject(held, THIS)).toBe(isAdmin && isForThis)
      expect(managesProject(held, null)).toBe(isAdmin && projects.includes(null))
    })

    test.each(all)('%s', (permission) => {
      const carries = roles.some((role) => role === CARRIED[permission])
      const held = hold(roles, projects)
      expect(can(held, permission), 'anywhere').toBe(carries)
      expect(can(held, permission, THIS), 'here').toBe(carries && isForThis)
      const listed = [...new Set(projects)].filter((project) => project !== null)
      const everywhere = projects.includes(null) ? 'all' : listed
      expect(projectsFor(held, permission)).toEqual(carries ? everywhere : [])
    })
  })
})

describe('two roles, each for a project of its own', () => {
  const held = [...hold(['reviewer'], [THIS]), ...hold(['admin'], [OTHER])]

  test.each(all)('%s is not carried from one to the other', (permission) => {
    const [isReviewers, isAdmins] = [CARRIED[permission] === 'reviewer', CARRIED[permission] === 'admin']
    expect([can(held, permission, THIS), can(held, permission, OTHER)]).toEqual([isReviewers, isAdmins])
    const where = [...(isReviewers ? [THIS] : []), ...(isAdmins ? [OTHER] : [])]
    expect(projectsFor(held, permission)).toEqual(where)
  })
})

describe('nobody in particular', () => {
  test.each(all)('%s is not for somebody without a role', (permission) => {
    expect([can([], permission), can([], permission, THIS)]).toEqual([false, false])
    expect(projectsFor([], permission)).toEqual([])
  })

  test('a role nobody knows carries nothing, nor does one named like a built-in', () => {
    for (const role of ['owner', 'Reviewer', 'constructor', '__proto__', 'toString', '']) {
      const unknown: Role[] = JSON.parse(`[{"role": "${role}", "projectId": null}]`)
      expect(all.filter((permission) => can(unknown, permission))).toEqual([])
      expect(all.flatMap((permission) => projectsFor(unknown, permission))).toEqual([])
    }
  })
})

test('every permission is carried by one role, and no role carries anything else', () => {
  expect(Object.values(ROLES).flat().toSorted()).toEqual(all.toSorted())
})

test('what concerns recordings is a right that a grant must carry too, and nothing else is', () => {
  expect(all.filter(isRight)).toEqual(['recording:find', 'recording:play', 'recording:download'])
})
