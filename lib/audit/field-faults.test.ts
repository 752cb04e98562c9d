import { expect, test } from 'vitest'
import { assignFaults } from './field-faults.ts'
import { parseLogQuery } from './log-query.ts'

function assign(given: Record<string, string | string[]>) {
  const { zone, faults } = parseLogQuery(given, 'Europe/Zurich')
  return assignFaults(given, zone, faults)
}

test('what is wrong with a field is said at the field', () => {
  expect(assign({ session: 'hello', action: 'curiosity', from: '2026-02-30', person: 'anna' })).toEqual({
    fields: {
      session: expect.stringContaining('There is no session ID in this'),
      action: 'The log knows no such action.',
      from: expect.stringContaining('“from” is no time that there is in Europe/Zurich'),
    },
    rest: [],
  })
  expect(assign({ case: ['1', '2'] }).fields).toEqual({ case: '“case” is given more than once.' })
})

test('what is wrong between fields, or with none of them, is said of all', () => {
  const swapped = assign({ from: '2026-11-24', to: '2026-11-23' })
  expect(swapped).toEqual({ fields: {}, rest: ['The time to look through ends before it begins.'] })
  const odd = assign({ colour: 'red', zone: 'Middle/Earth', after: 'x' })
  expect(odd.fields).toEqual({})
  expect(odd.rest).toHaveLength(3)
})

test('a filter without a fault has none anywhere', () => {
  expect(assign({ person: 'anna', outcome: 'refused' })).toEqual({ fields: {}, rest: [] })
})
