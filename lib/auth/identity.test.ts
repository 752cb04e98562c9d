import { describe, expect, test } from 'vitest'
import { lacksDetails, parseIdentity } from './identity.ts'

const issuer = 'https://login.bank.test'
const seconds = Date.parse('2026-01-01T12:00:00Z') / 1000
const parse = (claims: object, userinfo: object | null = null) =>
  parseIdentity({ iss: issuer, sub: 's-1', ...claims }, userinfo, { issuer })

describe('an identity', () => {
  test('is issuer and subject, and what else is said', () => {
    const claims = {
      name: 'Some One',
      email: 'Some.One@Bank.test',
      email_verified: true,
      auth_time: seconds - 60,
      acr: 'urn:two',
      amr: ['pwd'],
    }
    expect(parse(claims)).toEqual({
      issuer,
      subject: 's-1',
      name: 'Some One',
      verifiedEmail: 'some.one@bank.test',
      authTime: new Date('2026-01-01T11:59:00Z'),
      acr: 'urn:two',
      amr: ['pwd'],
    })
  })

  test('needs neither name nor mail', () => {
    expect(parse({})).toEqual({
      issuer,
      subject: 's-1',
      name: null,
      verifiedEmail: null,
      authTime: null,
      acr: null,
      amr: [],
    })
  })

  test('takes what the ID token lacks from userinfo', () => {
    const userinfo = { sub: 's-1', name: 'Some One', email: 'one@bank.test', email_verified: true }
    expect(parse({}, userinfo)).toMatchObject({ name: 'Some One', verifiedEmail: 'one@bank.test' })
  })

  test('holds no control characters', () => {
    expect(parse({ name: 'Some\u0000\u202e One\n' }).name).toBe('Some One')
  })

  test.each([
    ['of another issuer', { iss: 'https://evil.test' }, null],
    ['of an issuer spelled otherwise', { iss: `${issuer}/` }, null],
    ['without a subject', { sub: '' }, null],
    ['with a subject too long', { sub: 'x'.repeat(256) }, null],
    ['with userinfo of somebody else', {}, { sub: 's-2', email: 'two@bank.test', email_verified: true }],
    ['with userinfo of nobody', {}, { email: 'two@bank.test', email_verified: true }],
  ])('%s is refused', (_, claims, userinfo) => {
    expect(() => parse(claims, userinfo)).toThrow()
  })
})

describe('a mail counts only when the provider vouches for it', () => {
  test.each([[undefined], [false], ['true'], [1], [null]])(
    'and not when email_verified is %j',
    (verified) => {
      const { verifiedEmail, mailLeftOut } = parse({ email: 'one@bank.test', email_verified: verified })
      expect([verifiedEmail, mailLeftOut]).toEqual([null, 'unverified'])
    },
  )

  test('in the same place as the mail', () => {
    const userinfo = { sub: 's-1', email: 'other@bank.test', email_verified: true }
    expect(parse({ email: 'one@bank.test', email_verified: false }, userinfo).verifiedEmail).toBeNull()
    expect(parse({ email_verified: true }, { sub: 's-1', email: 'other@bank.test' }).verifiedEmail).toBeNull()
    expect(parse({ email: 'one@bank.test' }, userinfo).verifiedEmail).toBe('other@bank.test')
  })
})

describe('a mail is', () => {
  test.each(['One@Bank.test', ' ONE@BANK.TEST\n'])('the same however its case is: %j', (email) => {
    expect(parse({ email, email_verified: true }).verifiedEmail).toBe('one@bank.test')
  })

  test.each([
    ['a Cyrillic а', '\u0430dmin@bank.test'],
    ['a Kelvin sign, which is k in lower case', '\u212Aim@bank.test'],
    ['a dotted capital i', '\u0130ra@bank.test'],
    ['a full-width letter', '\uFF41dmin@bank.test'],
    ['a letter without width', 'ad\u200Bmin@bank.test'],
    ['a control character', 'ad\u0000min@bank.test'],
    ['a blank within', 'ad min@bank.test'],
    ['a host of other letters', 'admin@b\u00E4nk.test'],
  ])('none with %s', (_, email) => {
    const { verifiedEmail, mailLeftOut } = parse({ email, email_verified: true })
    expect([verifiedEmail, mailLeftOut]).toEqual([null, 'not ASCII'])
  })
})

test('userinfo is asked only for what the ID token leaves out', () => {
  expect(lacksDetails({ name: 'a', email: 'b', email_verified: false })).toBe(false)
  expect(lacksDetails({ name: 'a', email: 'b' })).toBe(true)
  expect(lacksDetails({})).toBe(true)
})
