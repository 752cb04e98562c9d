import { describe, expect, test } from 'vitest'
import { type AskedProof, findProofFault, parseAsked, planMaxAge, signAsked } from './proof.ts'

const now = new Date('2026-01-01T12:00:00Z')
const secondsAgo = (seconds: number): Date => new Date(now.getTime() - seconds * 1000)
const asked: AskedProof = { maxAgeSeconds: 600, askedAt: secondsAgo(120) }
const judge = (
  proof: { authTime?: Date | null; acr?: string | null },
  acrValues: readonly string[] = [],
  given = asked,
) => findProofFault({ authTime: now, acr: null, ...proof }, given, { acrValues, now })

describe('a proof is', () => {
  test.each([
    ['of now', secondsAgo(0)],
    ['as old as was asked for when it was asked, by a clock a minute behind', secondsAgo(120 + 600 + 60)],
    ['of a clock a minute ahead', secondsAgo(-60)],
  ])('taken: %s', (_, authTime) => {
    expect(judge({ authTime })).toBeNull()
  })

  test('taken when it was given anew for a sign-in that took long', () => {
    const anew = { maxAgeSeconds: 0, askedAt: secondsAgo(800) }
    expect(judge({ authTime: secondsAgo(700) }, [], anew)).toBeNull()
    expect(judge({ authTime: secondsAgo(900) }, [], anew)).toBe('ProofTooOld')
  })

  test.each([
    ['ProofTooOld', secondsAgo(781)],
    ['ProofUntimed', null],
    ['ProofUntimed', secondsAgo(-61)],
  ])('refused: %s', (fault, authTime) => {
    expect(judge({ authTime })).toBe(fault)
  })

  test('refused where it is not of a way that was asked for', () => {
    const ways = ['urn:two', 'urn:three']
    expect(judge({ acr: 'urn:three' }, ways)).toBeNull()
    for (const acr of [null, '', 'urn:one', 'urn:two urn:three', 'URN:TWO'])
      expect(judge({ acr }, ways)).toBe('ProofTooWeak')
  })
})

test.each([
  [null, 3600],
  ['', 3600],
  ['600', 600],
  ['0', 0],
  ['86400', 3600],
  ['-1', 3600],
  ['6e2', 3600],
  [' 600', 3600],
  ['0x10', 3600],
  ['9'.repeat(30), 3600],
])('a max_age of %j asks for %i seconds of at most 3600', (given, seconds) => {
  expect(planMaxAge(given, 3600)).toBe(seconds)
})

describe('what was asked', () => {
  const secret = 'a secret of the portal'
  const cookie = signAsked(asked, 'state-1', secret)
  const read = (text: string, state = 'state-1', at = now) => parseAsked(text, state, { secret, now: at })

  test('comes back with the sign-in that asked', () => {
    expect(read(cookie)).toEqual(asked)
  })

  test.each([
    ['changed', cookie.replace('600', '900'), 'state-1', now],
    ['of another sign-in', cookie, 'state-2', now],
    ['left out', '', 'state-1', now],
    ['cut', cookie.slice(0, -1), 'state-1', now],
    ['a quarter of an hour old', cookie, 'state-1', new Date(asked.askedAt.getTime() + 901_000)],
  ])('is not known when it is %s', (_, text, state, at) => {
    expect(read(text, state, at)).toBeNull()
  })

  test('is not known by another secret', () => {
    expect(parseAsked(cookie, 'state-1', { secret: 'another', now })).toBeNull()
  })
})
