import { expect, test } from 'vitest'
import { sayHours } from './say-hours.ts'

test.each([
  [[1, 2, 3, 4, 5], null, 'Monday to Friday, 07:00 to 19:00'],
  [[6, 7], 'Asia/Tokyo', 'Saturday, Sunday, 07:00 to 19:00 (Asia/Tokyo)'],
  [[3], null, 'Wednesday, 07:00 to 19:00'],
  [[5, 1, 3], null, 'Monday, Wednesday, Friday, 07:00 to 19:00'],
])('office hours on %j are said', (days, zone, said) => {
  expect(sayHours({ days, from: '07:00', to: '19:00', zone })).toBe(said)
})
