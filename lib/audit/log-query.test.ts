import { describe, expect, test } from 'vitest'
import { parseLogQuery } from './log-query.ts'

const ARCHIVE = '0b7c8f6e-1111-4222-8333-000000000001'

describe('the filter in the address of the log', () => {
  test('is empty when nothing was asked', () => {
    expect(parseLogQuery({})).toEqual({ filter: {}, unfold: null, after: null, faults: [] })
  })

  test('takes an archive ID in the place of a session ID, however it was pasted', () => {
    expect(parseLogQuery({ session: ` "${ARCHIVE}"\n` }).filter).toEqual({ archiveId: ARCHIVE })
  })

  test('takes somebody without what cannot be seen', () => {
    expect(parseLogQuery({ person: ' a\u0000nna\u202e@bank.test ' }).filter).toEqual({
      person: 'anna@bank.test',
    })
  })

  test.each([
    [{ session: '<b>hello</b>' }],
    [{ action: 'viewing.imagined' }],
    [{ viewing: "1' OR 1=1" }],
    [{ after: '../..' }],
    [{ session: `${ARCHIVE} ${ARCHIVE.replace('0b', '1c')}` }],
  ])('says what it cannot read in %j', (given) => {
    expect(parseLogQuery(given).faults).toHaveLength(1)
  })

  test('knows the actions of the log', () => {
    expect(parseLogQuery({ action: 'viewing.window' })).toMatchObject({
      filter: { action: 'viewing.window' },
      faults: [],
    })
  })

  test('unfolds nothing for what is no viewing', () => {
    expect(parseLogQuery({ unfold: 'all' }).unfold).toBeNull()
    expect(parseLogQuery({ unfold: ARCHIVE.toUpperCase() }).unfold).toBe(ARCHIVE)
  })
})
