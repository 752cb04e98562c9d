import { expect, test } from 'vitest'
import { parseLocalPath } from './local-path.ts'

test('a path within the site is kept with its query', () => {
  expect(parseLocalPath('/sessions/2_MX4x?archive=a&t=12#x')).toBe('/sessions/2_MX4x?archive=a&t=12#x')
})

test('whatever leads elsewhere is none', () => {
  for (const text of [
    null,
    undefined,
    '',
    'sessions',
    'https://elsewhere.example/',
    '//elsewhere.example/',
    '/\\elsewhere.example/',
    '/\t/elsewhere.example/',
    '\\\\elsewhere.example',
    'javascript:alert(1)',
    '/..//elsewhere.example',
    `/${'a'.repeat(9000)}`,
  ]) {
    expect(parseLocalPath(text)).toBeNull()
  }
})
