import { describe, expect, test } from 'vitest'
import { type GivenParameters, listParameters, parseLogFilter } from './log-filter.ts'

const ARCHIVE = '0b7c8f6e-1111-4222-8333-000000000001'
const OTHER = ARCHIVE.replace('0b', '1c')

const filterOf = (given: GivenParameters, zone?: string) => {
  const { filter, faults } = parseLogFilter(given, zone)
  expect(faults).toEqual([])
  return filter
}

describe('the filter of the log', () => {
  test('is empty when nothing was asked, or boxes were left empty', () => {
    expect(parseLogFilter({})).toEqual({ filter: {}, zone: 'UTC', faults: [] })
    expect(filterOf({ person: '', session: ' ', role: '', from: '', case: '  ' })).toEqual({})
  })

  test('takes everything that it knows', () => {
    const query = new URLSearchParams({
      ...{ person: ' anna@bank.test ', role: 'admin', action: 'viewing.opened', outcome: 'refused' },
      ...{ reason: 'complaint', case: ' C-7 ', project: 'Retail EU', archive: ARCHIVE.toUpperCase() },
      ...{ viewing: OTHER, address: '2001:DB8:0:0::1', from: '2026-11-01', to: '2026-11-02' },
    })
    expect(filterOf(listParameters(query))).toEqual({
      ...{ person: 'anna@bank.test', role: 'admin', action: 'viewing.opened', outcome: 'refused' },
      ...{ reason: 'complaint', caseReference: 'C-7', project: 'Retail EU', archiveId: ARCHIVE },
      ...{ viewingId: OTHER, address: '2001:db8::1' },
      ...{ from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-11-03T00:00:00Z') },
    })
  })

  test('takes an archive ID in the place of a session ID, however it was pasted', () => {
    expect(filterOf({ session: ` "${ARCHIVE}"\n` })).toEqual({ archiveId: ARCHIVE })
    expect(filterOf({ session: ARCHIVE, archive: ARCHIVE })).toEqual({ archiveId: ARCHIVE })
  })

  test('takes somebody without what cannot be seen', () => {
    expect(filterOf({ person: ' a\u0000nna\u202e@bank.test ' })).toEqual({ person: 'anna@bank.test' })
  })

  test.each<[GivenParameters, RegExp]>([
    [{ session: '<b>hello</b>' }, /no session ID/],
    [{ session: `${ARCHIVE} ${OTHER}` }, /one session or archive/],
    [{ session: ARCHIVE, archive: OTHER }, /one archive/],
    [{ archive: 'x' }, /not the ID of an archive/],
    [{ action: 'viewing.imagined' }, /no such action/],
    [{ action: 'toString' }, /no such action/],
    [{ role: 'owner' }, /no such role/],
    [{ outcome: 'maybe' }, /allowed, refused or failed/],
    [{ viewing: "1' OR 1=1" }, /not the ID of a viewing/],
    [{ address: '10.0.0' }, /not an IP address/],
    [{ zone: 'Mars/Olympus' }, /No time zone/],
    [{ who: 'anna' }, /no filter “who”/],
    [{ ['x'.repeat(10_000)]: '1' }, /no filter “x{40}”/],
    [{ person: ['anna', 'robin'] }, /“person” is given more than once/],
    [{ person: 'a'.repeat(10_000) }, /“person” has 10000 characters; 200 are taken/],
    [{ case: 'a'.repeat(10_000) }, /“case” has 10000/],
    [{ person: ' \u200B\u200E ' }, /“person” holds nothing that can be seen/],
    [{ case: '\0' }, /“case” holds nothing that can be seen/],
    [{ session: 'a'.repeat(10_000) }, /“session” has 10000/],
    [{ from: '1'.repeat(10_000) }, /“from” has 10000/],
    [{ from: '2026-11-03', to: '2026-11-02' }, /ends before it begins/],
    [{ from: '2026-11-03T10:00', to: '2026-11-03T10:00' }, /ends before it begins/],
  ])('says what it cannot read in %j', (given, fault) => {
    const { faults } = parseLogFilter(given)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(fault)
    expect(faults[0]?.length).toBeLessThan(200)
  })

  test('says no more than a few of many things that it does not know', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`field-${n}`, 'x']))
    expect(parseLogFilter(many).faults).toHaveLength(6)
  })
})

describe('a time', () => {
  const from = (text: string, zone = 'Europe/Berlin') => filterOf({ from: text, zone }).from?.toISOString()
  const to = (text: string, zone = 'Europe/Berlin') => filterOf({ to: text, zone }).to?.toISOString()

  test('without hours is a whole day in the zone, also one of 23 or 25 hours', () => {
    expect([from('2026-11-24'), to('2026-11-24')]).toEqual([
      ...['2026-11-23T23:00:00.000Z', '2026-11-24T23:00:00.000Z'],
    ])
    expect([from('2026-03-29'), to('2026-03-29')]).toEqual([
      ...['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ])
    expect([from('2026-10-25'), to('2026-10-25')]).toEqual([
      ...['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ])
  })

  test('is read in the zone of its address before the reader’s own', () => {
    expect(filterOf({ from: '2026-07-01' }, 'America/New_York').from).toEqual(new Date('2026-07-01T04:00Z'))
    expect(filterOf({ from: '2026-07-01', zone: 'UTC' }, 'America/New_York').from).toEqual(
      new Date('2026-07-01T00:00Z'),
    )
  })

  test('is what clocks there show', () => {
    expect(from('2026-11-24T10:30')).toBe('2026-11-24T09:30:00.000Z')
    expect(from('2026-07-01 10:30:15.5')).toBe('2026-07-01T08:30:15.500Z')
  })

  test('that clocks show twice leaves nothing out', () => {
    expect(from('2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z')
    expect(to('2026-10-25T02:30')).toBe('2026-10-25T01:30:00.000Z')
  })

  test('with its difference to UTC is one moment', () => {
    expect(from('2026-11-24T10:30:00Z')).toBe('2026-11-24T10:30:00.000Z')
    expect(from('2026-11-24T10:30:00-05:00')).toBe('2026-11-24T15:30:00.000Z')
    expect(from('2026-11-24T10:30:00+0100')).toBe('2026-11-24T09:30:00.000Z')
    // As `+` arrives in an address.
    expect(from('2026-11-24T10:30:00 01:00')).toBe('2026-11-24T09:30:00.000Z')
  })

  test('with microseconds leaves nothing out', () => {
    expect(from('2026-11-24T10:30:00.123456Z')).toBe('2026-11-24T10:30:00.123Z')
    expect(to('2026-11-24T10:30:00.123456Z')).toBe('2026-11-24T10:30:00.124Z')
  })

  test.each([
    ...['2026-02-30', '2026-13-01', '2026-00-10', '0000-01-01', '9999-12-31', 'yesterday', '24.11.2026'],
    ...['2026-11-24T24:00', '2026-11-24T10:60', '2026-11-24T10', '2026-11-24T10:30:60', '2026-02-30T10:00Z'],
    ...['2026-11-24T10:30+15:00', '2026-11-24T10:30+01:99', '2026-11-24T10:30:00.Z', '+012026-01-01'],
    // Clocks were put forward over it.
    '2026-03-29T02:30',
  ])('such as %s does not exist', (text) => {
    for (const name of ['from', 'to'])
      expect(parseLogFilter({ [name]: text }, 'Europe/Berlin').faults).toEqual([
        expect.stringContaining(`“${name}” is no time that there is in Europe/Berlin`),
      ])
  })
})
