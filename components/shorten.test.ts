import { expect, test } from 'vitest'
import { shorten } from './shorten.ts'

test('keeps beginning and end of what is long', () => {
  expect(shorten('2_MX40NzIwMTEwMX5-MTc5NDgw', 4, 3)).toBe('2_MX…Dgw')
})

test('leaves alone what is hardly longer than what would be left of it', () => {
  expect(shorten('0123456789', 4, 3)).toBe('0123456789')
})
