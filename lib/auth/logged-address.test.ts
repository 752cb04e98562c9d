import { globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ADDRESS_WORDS, toLoggedAddress } from './logged-address.ts'

const ID = '0190a6e0-7f6b-7c3e-8a52-0d4f2f7f9a11'

test.each([
  ['/', '/'],
  [`/access/people/${ID}/roles`, `/access/people/${ID}/roles`],
  ['/sessions/1_MX40NjIwMTUwMn5-', '/sessions/1_MX40NjIwMTUwMn5-'],
  [`/viewings/${ID}/segments/17.ts`, `/viewings/${ID}/segments/17.ts`],
  ['/access/people/jane.doe@bank.test/roles', '/access/people/unknown/roles'],
  ['/sessions/Jane%20Doe', '/sessions/unknown'],
  ['/access/people/jane-doe/state', '/access/people/unknown/state'],
  [`/access${'/x'.repeat(50)}`, `/access${'/unknown'.repeat(10)}`],
])('%s is on record as %s', (path, logged) => {
  expect(toLoggedAddress(path)).toBe(logged)
})

test('every word of an address is in the list: what is missing there is on record as unknown', () => {
  const words = globSync('app/**/{page.tsx,route.ts}')
    .flatMap((file) => file.split('/').slice(1, -1))
    .filter((word) => !word.startsWith('['))
  expect(words.filter((word) => !ADDRESS_WORDS.has(word))).toEqual([])
})
