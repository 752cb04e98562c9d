import { describe, expect, test } from 'vitest'
import { isSessionId, parseSessionId } from './session-id.ts'

const encode = (fields: string, version = '2'): string =>
  `${version}_${Buffer.from(fields, 'latin1').toString('base64url')}`

describe('what a session ID says of itself', () => {
  test('its project and when it was made', () => {
    expect(parseSessionId(encode('1~46201502~~1772600767890~AbC123~~'))).toEqual({
      apiKey: '46201502',
      createdAt: new Date(1772600767890),
      whole: true,
    })
  })

  test('an old one has its time in words', () => {
    const id = encode('1~100~127.0.0.1~Wed Mar 19 23:35:24 PDT 2014~0.28~', '1')
    expect(parseSessionId(id)).toMatchObject({ apiKey: '100', whole: true })
    expect(parseSessionId(id)?.createdAt?.getUTCFullYear()).toBe(2014)
  })

  test('as the vendor’s pages print one, padded with tildes', () => {
    const id = '1_MX4xMDB-MTI3LjAuMC4xflR1ZSBKYW4gMjggMTU6NDg6NDAgUFNUIDIwMTR-MC43NjAyOTYyfg'
    expect(parseSessionId(id)).toMatchObject({ apiKey: '100', whole: true })
    expect(parseSessionId(`${id}~`)).toMatchObject({ apiKey: '100', whole: true })
  })

  test('of an application of the unified environment', () => {
    const applicationId = '78D335FA-323D-0114-9C3D-D6F0D48968CF'
    expect(parseSessionId(encode(`1~${applicationId}~~1772600767890~x~~`))?.apiKey).toBe(
      applicationId.toLowerCase(),
    )
  })

  test('one that is cut off is told', () => {
    const whole = encode('1~46201502~~1772600767890~AbC123AbC123~~')
    expect(parseSessionId(whole.slice(0, -6))).toMatchObject({ apiKey: '46201502', whole: false })
    expect(parseSessionId(whole.slice(0, 20))).toMatchObject({ createdAt: null, whole: false })
  })

  test('one of a form nobody knows yet has no hints, and is not said to be cut', () => {
    expect(parseSessionId('2_0123456789abcdefghij')).toEqual({ apiKey: null, createdAt: null, whole: true })
  })

  test('a time that cannot be one, and a key that cannot be one, are left out', () => {
    expect(parseSessionId(encode('1~../../etc~~99999999999999~x~~'))).toEqual({
      apiKey: null,
      createdAt: null,
      whole: true,
    })
  })
})

test.each([
  ['nothing', ''],
  ['another beginning', '3_MX40NjIwMTUwMn5-'],
  ['too little', '1_MX40'],
  ['what base64url has not', '1_MX40NjIw MTUwMn5-'],
  ['a path', '1_MX40NjIw/../../MTUwMn5-'],
  ['10 kB', `1_${'A'.repeat(10_000)}`],
  ['an archive ID', 'b67d02b5-c32e-4ea8-b82a-ba6c89edde59'],
])('%s is none', (_what, text) => {
  expect(isSessionId(text)).toBe(false)
  expect(parseSessionId(text)).toBeNull()
})
