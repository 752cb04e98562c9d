import { describe, expect, test } from 'vitest'
import { findProposal, parseRoleClaim } from './role-claim.ts'

const findIn = (text: string, value: string) => {
  const claim = parseRoleClaim(text)
  return claim && findProposal(claim, value)
}

describe('a claim of roles', () => {
  test.each(['roles', 'realm_access.roles', 'https://bank.test/roles'])('by its name alone: %s', (name) => {
    expect(parseRoleClaim(name)).toEqual({ claim: name, proposals: null })
    expect(findIn(name, 'reviewer')).toEqual({ role: 'reviewer', projects: null })
    expect(findIn(name, 'Reviewer')).toBeNull()
    expect(findIn(name, 'constructor')).toBeNull()
  })

  test('with what each value proposes', () => {
    const text = JSON.stringify({
      groups: { 'rr-read': 'reviewer', 'rr-audit': { role: 'auditor', projects: ['Retail EU'] } },
    })
    expect(parseRoleClaim(text)?.claim).toBe('groups')
    expect(findIn(text, 'rr-read')).toEqual({ role: 'reviewer', projects: null })
    expect(findIn(text, 'rr-audit')).toEqual({ role: 'auditor', projects: ['Retail EU'] })
    expect(findIn(text, 'reviewer')).toBeNull()
    expect(findIn(text, '__proto__')).toBeNull()
  })

  test.each([
    'my roles',
    '{',
    '{}',
    '[]',
    'null ',
    '{"groups": "reviewer"}',
    '{"groups": {"a": "owner"}}',
    '{"groups": {"a": ["reviewer"]}}',
    '{"groups": {"a": {"projects": ["Retail EU"]}}}',
    '{"groups": {"a": {"role": "reviewer", "projects": []}}}',
    '{"groups": {"a": {"role": "reviewer", "project": "Retail EU"}}}',
    '{"groups": {"a": "reviewer"}, "roles": {"b": "admin"}}',
  ])('is not %s', (text) => {
    expect(parseRoleClaim(text)).toBeNull()
  })
})
