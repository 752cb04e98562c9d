import { expect, test } from 'vitest'
import { sayFilter } from './say-filter.ts'

const say = (address: Parameters<typeof sayFilter>[0], name: string | null = null): string[] =>
  sayFilter(address, name).map(({ what, which }) => `${what} ${which}`)

test('says in words what is filtered, in one order', () => {
  expect(say({ outcome: 'refused', role: 'admin', action: 'viewing.opened', person: 'ari' })).toEqual([
    ...['person ari', 'as administrator', 'action opened a recording', 'outcome refused'],
  ])
  expect(say({ case: ' K-1 ', project: 'Retail', session: '1_x', zone: 'UTC', after: '1.1' })).toEqual([
    ...['session or archive 1_x', 'case K-1', 'project Retail'],
  ])
  expect(say({})).toEqual([])
})

test('a subject is said by the name of whoever has it', () => {
  expect(say({ person: '3fa9' }, 'Robin Reviewer')).toEqual(['person Robin Reviewer'])
})

test('what the log does not know is said as it is', () => {
  expect(say({ action: 'curiosity', role: 'king' })).toEqual(['as king', 'action curiosity'])
})
