import { describe, expect, test } from 'vitest'
import { parseRoleClaim } from './role-claim.ts'
import { lacksTold, parseTold } from './told.ts'

const oidc = { roleClaim: parseRoleClaim('realm_access.roles'), groupClaim: 'groups' }
const groupsOf = (groups: unknown): readonly string[] => parseTold({ groups }, null, oidc).groups

describe('groups', () => {
  test('are taken as they stand, each once', () => {
    expect(groupsOf(['complaints', 'Retail leads', 'complaints'])).toEqual(['complaints', 'Retail leads'])
    expect(groupsOf('complaints')).toEqual(['complaints'])
  })

  test.each([
    ['not told', undefined],
    ['nothing', null],
    ['a number', 7],
    ['an object', { complaints: true }],
    ['a list of no texts', [1, null, ['complaints'], { name: 'complaints' }]],
    ['empty', ['', ' ']],
    ['with blanks around it', [' complaints', 'complaints\n']],
    ['with what cannot be seen', ['com\u200Bplaints', 'com\u0000plaints', '\u202Ecomplaints']],
    ['longer than two hundred characters', ['x'.repeat(201)]],
  ])('are none where the claim is %s', (_, groups) => {
    expect(groupsOf(groups)).toEqual([])
  })

  test('are two hundred at most', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `g${index}`)
    expect(groupsOf(many)).toEqual(many.slice(0, 200))
    expect(groupsOf(['😀'.repeat(200)])).toHaveLength(1)
  })

  test('are none where no claim is named', () => {
    const { groups } = parseTold({ groups: ['complaints'] }, null, { roleClaim: null, groupClaim: null })
    expect(groups).toEqual([])
  })
})

describe('roles', () => {
  test('are proposed by a claim within a claim', () => {
    const { proposed } = parseTold({ realm_access: { roles: ['auditor', 'offline_access', 7] } }, null, oidc)
    expect(proposed).toEqual([{ role: 'auditor', projects: null }])
  })

  test('are not proposed by what an object is born with', () => {
    const roleClaim = parseRoleClaim('constructor.name')
    expect(parseTold({}, null, { roleClaim, groupClaim: '__proto__' })).toEqual({ groups: [], proposed: [] })
  })
})

test('what an ID token leaves out is taken from userinfo, and nothing else', () => {
  const claims = { realm_access: { roles: [] } }
  const userinfo = { groups: ['complaints'], realm_access: { roles: ['admin'] } }
  expect(lacksTold(claims, oidc)).toBe(true)
  expect(parseTold(claims, userinfo, oidc)).toEqual({ groups: ['complaints'], proposed: [] })
  expect(lacksTold({ ...claims, groups: [] }, oidc)).toBe(false)
  expect(lacksTold({}, { roleClaim: null, groupClaim: null })).toBe(false)
})
