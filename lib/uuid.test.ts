import { expect, test } from 'vitest'
import { isUuid, newUuid, toLoggedId } from './uuid.ts'

test('an ID of an address is put on record in one way, however it was written', () => {
  const id = newUuid()
  expect(isUuid(id)).toBe(true)
  expect([toLoggedId(id), toLoggedId(id.toUpperCase())]).toEqual([id, id])
})

test('what is no ID may be anything that somebody typed, and is not put on record', () => {
  for (const text of ['', 'Mrs Miller of the tax office', `${newUuid()} `, `${newUuid()}0`, 'unknown'])
    expect(toLoggedId(text)).toBe('unknown')
})
