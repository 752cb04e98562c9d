import { describe, expect, test } from 'vitest'
import { can, PERMISSIONS, type Permission, projectsFor, ROLES, type Role } from './permissions.ts'

const all = Object.keys(PERMISSIONS) as Permission[]
const held = (role: Role['role'], projectId: string | null = null): Role => ({ role, projectId })
const carried = (roles: Role[]): Permission[] => all.filter((permission) => can(roles, permission))

describe('what a role may', () => {
  test.each([
    ['reviewer', ['recording:find', 'recording:play', 'recording:download']],
    ['admin', ['access:manage', 'project:manage']],
    ['auditor', ['audit:read', 'audit:export']],
  ] as const)('%s: exactly %j', (role, permissions) => {
    expect(carried([held(role)])).toEqual(permissions)
  })

  test('nobody without a role may anything', () => {
    expect(carried([])).toEqual([])
  })

  test('a role nobody knows carries nothing, nor does one named like a built-in', () => {
    for (const role of ['owner', 'constructor', '__proto__']) {
      const unknown: Role[] = JSON.parse(`[{"role": "${role}", "projectId": null}]`)
      expect(carried(unknown)).toEqual([])
    }
  })

  test('every permission is carried by some role', () => {
    expect(Object.values(ROLES).flat().toSorted()).toEqual(all.toSorted())
  })
})

describe('a role held for one project', () => {
  const roles = [held('reviewer', 'a')]

  test('opens the door', () => expect(can(roles, 'recording:find')).toBe(true))
  test('counts for its project', () => expect(can(roles, 'recording:find', 'a')).toBe(true))
  test('counts for no other', () => expect(can(roles, 'recording:find', 'b')).toBe(false))
  test('is listed', () => expect(projectsFor([...roles, ...roles], 'recording:find')).toEqual(['a']))

  test('does not narrow one held for all', () => {
    expect(projectsFor([...roles, held('reviewer')], 'recording:find')).toBe('all')
  })
})
