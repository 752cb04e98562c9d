import { describe, expect, test } from 'vitest'
import { addProposed, judgeRoles, keepAcceptable, NONE, toFields, toRoles } from './role-form.ts'

const projects = [
  { id: 'r', name: 'Retail EU' },
  { id: 'p', name: 'Private UK' },
]

describe('roles that are held', () => {
  const held = [
    { role: 'admin', project: null },
    { role: 'reviewer', project: 'Retail EU' },
    { role: 'reviewer', project: 'Private UK' },
  ] as const

  test('come back as an access file has them', () => {
    expect(toRoles(toFields(held, true))).toEqual([
      { role: 'reviewer', projects: ['Retail EU', 'Private UK'] },
      'admin',
    ])
    expect(toRoles(NONE)).toEqual([])
  })

  test('for all projects are not theirs to decide who manage some', () => {
    expect(toFields(held, false).admin).toEqual({ kind: 'none' })
  })
})

test('an auditor holds no other role, and a list names something', () => {
  const auditor = { ...NONE, auditor: { kind: 'all' } } as const
  expect(judgeRoles(auditor)).toBeNull()
  expect(judgeRoles({ ...auditor, reviewer: { kind: 'listed', projects: ['Retail EU'] } })).toMatch(
    /^An auditor holds no other role\./,
  )
  expect(judgeRoles({ ...NONE, admin: { kind: 'listed', projects: [] } })).toMatch(/^Choose one project/)
})

test('what the sign-in service proposes comes to what is held', () => {
  const fields = { ...NONE, reviewer: { kind: 'listed', projects: ['Retail EU'] } } as const
  const proposed = ['reviewer@p', 'admin', 'auditor@nowhere', 'owner']
  expect(addProposed(fields, proposed, projects)).toEqual({
    ...NONE,
    reviewer: { kind: 'listed', projects: ['Retail EU', 'Private UK'] },
    admin: { kind: 'all' },
  })
  expect(addProposed({ ...NONE, reviewer: { kind: 'all' } }, ['reviewer@p'], projects).reviewer).toEqual({
    kind: 'all',
  })
})

test('what is proposed for all projects is accepted by those who manage all', () => {
  const proposed = ['reviewer@p', 'auditor']
  expect(keepAcceptable(proposed, true)).toEqual(proposed)
  expect(keepAcceptable(proposed, false)).toEqual(['reviewer@p'])
})
