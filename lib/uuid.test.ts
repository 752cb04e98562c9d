import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { findTime, isUuid, newUuid, toLoggedId } from './uuid.ts'

test('an ID of an address is put on record in one way, however it was written', () => {
  const id = newUuid()
  expect(isUuid(id)).toBe(true)
  expect([toLoggedId(id), toLoggedId(id.toUpperCase())]).toEqual([id, id])
})

test('what is no ID may be anything that somebody typed, and is not put on record', () => {
  for (const text of ['', 'Mrs Miller of the tax office', `${newUuid()} `, `${newUuid()}0`, 'unknown'])
    expect(toLoggedId(text)).toBe('unknown')
})

test('a UUID of this kind says when it was made, and no other does', () => {
  const before = Date.now()
  expect(findTime(newUuid())?.getTime()).toBeGreaterThanOrEqual(before)
  expect(findTime('018f2b5e-0000-7000-8000-000000000000')).toEqual(new Date(0x018f2b5e0000))
  expect(findTime(randomUUID())).toBeNull()
})
