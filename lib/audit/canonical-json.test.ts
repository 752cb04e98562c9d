import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalInteger, canonicalJson, type JsonValue } from './canonical-json.ts'

const parse = (text: string): JsonValue => JSON.parse(text) as JsonValue

describe('RFC 8785', () => {
  test('§3.2.2: numbers, escapes and literals', () => {
    const text = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`
    expect(canonicalJson(parse(text))).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    )
  })

  test('§3.2.3: keys by their UTF-16 units', () => {
    const text = String.raw`{
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
    }`
    const values = [...canonicalJson(parse(text)).matchAll(/:"([^"]+)"/g)].map(([, value]) => value)
    expect(values).toEqual([
      ...['Carriage Return', 'One', 'Control', 'Latin Small Letter O With Diaeresis', 'Euro Sign'],
      ...['Emoji: Grinning Face', 'Hebrew Letter Dalet With Dagesh'],
    ])
  })

  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('appendix B: the bits %s are %s', (bits, written) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(written)
  })

  test('§3.2.2.2: controls have their short escapes or lower-case hex, all else stands for itself', () => {
    expect(canonicalJson('\0\b\t\n\v\f\r\u001f "\\/\u007f\u0080\u2028\ufeff')).toBe(
      `${String.raw`"\u0000\b\t\n\u000b\f\r\u001f \"\\/`}\u007f\u0080\u2028\ufeff"`,
    )
  })
})

describe('JSON in its one spelling', () => {
  test('says the same as before, and is the same again', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const once = canonicalJson(parse(JSON.stringify(value)))
        expect(JSON.parse(once)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(parse(once))).toBe(once)
      }),
    )
  })

  test('does not depend on the order in which keys came', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.integer()), (members) => {
        const turned = Object.fromEntries(Object.entries(members).toReversed())
        expect(canonicalJson(turned)).toBe(canonicalJson(members))
      }),
    )
  })

  test('holds a key that objects have a meaning for', () => {
    expect(canonicalJson(parse('{"__proto__": 1, "constructor": 2}'))).toBe('{"__proto__":1,"constructor":2}')
  })

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    [Number.NEGATIVE_INFINITY],
    'half \ud83d',
    { '\udc00': 1 },
    { a: undefined },
    [undefined],
    undefined,
    1n,
    () => 1,
  ])('there is none for %s', (value) => {
    expect(() => canonicalJson(value as JsonValue)).toThrow(RangeError)
  })
})

describe('a whole number of ours', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [9_007_199_254_740_991n, '9007199254740991'],
    [9_007_199_254_740_992n, '"9007199254740992"'],
    [-(2n ** 53n), '"-9007199254740992"'],
    [2n ** 64n - 1n, '"18446744073709551615"'],
  ])('%s is written %s', (value, written) => {
    expect(canonicalInteger(value)).toBe(written)
  })

  test.each([1.5, 2 ** 53, Number.NaN, Number.NEGATIVE_INFINITY])('%d is none', (value) => {
    expect(() => canonicalInteger(value)).toThrow(RangeError)
  })
})
