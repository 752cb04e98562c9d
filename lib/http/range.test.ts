import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRange } from './range.ts'

const part = (start: number, end: number) => ({ kind: 'part', range: { start, end } })
const WHOLE = { kind: 'whole' }
const UNSATISFIABLE = { kind: 'unsatisfiable' }

describe('parseRange', () => {
  test.each([
    // RFC 9110 §14.1.2, its own examples, of 10,000 bytes
    ['bytes=0-499', part(0, 500)],
    ['bytes=500-999', part(500, 1000)],
    ['bytes=-500', part(9500, 10_000)],
    ['bytes=9500-', part(9500, 10_000)],
    ['bytes=0-0', part(0, 1)],
    ['bytes=9999-9999', part(9999, 10_000)],
    ['bytes=0-', part(0, 10_000)],
    ['bytes=0-9999', part(0, 10_000)],
    ['bytes=0-10000', part(0, 10_000)],
    ['bytes=9999-99999999999999999999', part(9999, 10_000)],
    ['bytes=-10001', part(0, 10_000)],
    ['bytes=-99999999999999999999999', part(0, 10_000)],
    ['bytes=007-0010', part(7, 11)],
    ['BYTES=1-2', part(1, 3)],
    ['  bytes=1-2 ', part(1, 3)],
  ])('%s is a part', (header, asked) => {
    expect(parseRange(header, 10_000)).toEqual(asked)
  })

  test.each([
    'bytes=10000-',
    'bytes=10000-10000',
    'bytes=10000-20000',
    'bytes=9007199254740993-',
    'bytes=99999999999999999999998-99999999999999999999999',
    'bytes=-0',
    'bytes=-000',
  ])('%s lies beyond the end', (header) => {
    expect(parseRange(header, 10_000)).toEqual(UNSATISFIABLE)
  })

  test.each([
    null,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=1',
    'bytes=1--2',
    'bytes=--1',
    'bytes=-1-2',
    'bytes=+1-2',
    'bytes=1.0-2',
    'bytes=0x1-2',
    'bytes= 1-2',
    'bytes =1-2',
    'bytes=1 - 2',
    'bytes=1-2;',
    'bytes=٣-٤',
    'bits=1-2',
    'seconds=1-2',
    'bytes=5-4',
    'bytes=9007199254740993-9007199254740992',
    'bytes=99999999999999999999999-99999999999999999999998',
    'bytes=0-1,5-6',
    'bytes=0-1, 5-6',
    'bytes=0-0,-1',
    'bytes=0-1,',
    'bytes=,0-1',
  ])('%j is as good as none', (header) => {
    expect(parseRange(header, 10_000)).toEqual(WHOLE)
  })

  test('nothing can be cut from nothing', () => {
    expect(parseRange(null, 0)).toEqual(WHOLE)
    expect(parseRange('bytes=0-', 0)).toEqual(UNSATISFIABLE)
    expect(parseRange('bytes=0-0', 0)).toEqual(UNSATISFIABLE)
    expect(parseRange('bytes=-1', 0)).toEqual(WHOLE)
  })

  test('a header as long as a header can be takes no time', () => {
    const digits = '9'.repeat(16_000)
    expect(parseRange(`bytes=${digits}-${digits}`, 10)).toEqual(UNSATISFIABLE)
    expect(parseRange(`bytes=${'0-1,'.repeat(4_000)}0-1`, 10)).toEqual(WHOLE)
  })

  test('for every first, last and size it gives what counting the bytes gives', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), fc.nat(30), (first, last, sizeBytes) => {
        const positions = Array.from({ length: sizeBytes }, (_, position) => position)
        const asked = parseRange(`bytes=${first}-${last}`, sizeBytes)
        const wanted = positions.filter((position) => position >= first && position <= last)
        if (asked.kind === 'part') {
          expect(positions.slice(asked.range.start, asked.range.end)).toEqual(wanted)
        } else {
          expect(wanted).toEqual([])
          expect(asked).toEqual(last < first ? WHOLE : UNSATISFIABLE)
        }
      }),
    )
  })

  test('for every suffix and size it gives the last bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 30 }), (length, sizeBytes) => {
        const positions = Array.from({ length: sizeBytes }, (_, position) => position)
        const asked = parseRange(`bytes=-${length}`, sizeBytes)
        if (asked.kind !== 'part') throw new Error(asked.kind)
        expect(positions.slice(asked.range.start, asked.range.end)).toEqual(positions.slice(-length))
      }),
    )
  })

  test('whatever the header, a part is never empty and never outside', () => {
    const size = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
    const position = fc.bigInt({ min: 0n, max: 2n ** 70n }).map(String)
    const header = fc.oneof(
      fc.string(),
      fc.tuple(position, position).map(([a, b]) => `bytes=${a}-${b}`),
      position.map((a) => `bytes=${a}-`),
      position.map((a) => `bytes=-${a}`),
    )
    fc.assert(
      fc.property(header, size, (text, sizeBytes) => {
        const asked = parseRange(text, sizeBytes)
        if (asked.kind !== 'part') return
        const { start, end } = asked.range
        expect(Number.isSafeInteger(start) && Number.isSafeInteger(end)).toBe(true)
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeGreaterThan(start)
        expect(end).toBeLessThanOrEqual(sizeBytes)
      }),
      { numRuns: 500 },
    )
  })
})
