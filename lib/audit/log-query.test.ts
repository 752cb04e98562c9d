import { describe, expect, test } from 'vitest'
import { parseLogQuery } from './log-query.ts'

const ARCHIVE = '0b7c8f6e-1111-4222-8333-000000000001'

describe('what the address of the log asks for', () => {
  test('is everything when nothing was asked', () => {
    expect(parseLogQuery({})).toEqual({ filter: {}, zone: 'UTC', unfold: null, after: null, faults: [] })
  })

  test('is the filter, read in the reader’s zone', () => {
    const { filter, zone, faults } = parseLogQuery(
      { session: ARCHIVE, from: '2026-07-01', open: '1,2', after: '1764000000000000.7' },
      'Europe/Berlin',
    )
    expect({ filter, zone, faults }).toEqual({
      filter: { archiveId: ARCHIVE, from: new Date('2026-06-30T22:00:00Z') },
      ...{ zone: 'Europe/Berlin', faults: [] },
    })
  })

  test.each([
    [{ after: '../..' }],
    [{ after: ['1764000000000000.7', '1764000000000000.8'] }],
    [{ wrong: 'x' }],
    [{ viewing: "1' OR 1=1" }],
  ])('says what it cannot read in %j', (given) => {
    expect(parseLogQuery(given).faults).toHaveLength(1)
  })

  test('unfolds nothing for what is no viewing', () => {
    expect(parseLogQuery({ unfold: 'all' }).unfold).toBeNull()
    expect(parseLogQuery({ unfold: ARCHIVE.toUpperCase() }).unfold).toBe(ARCHIVE)
  })
})
