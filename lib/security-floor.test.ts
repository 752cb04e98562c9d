import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

/**
 * The lowest version of each package that is free of an advisory that concerns us; `npm audit` asks a service that
 * closed networks do not reach. When an advisory comes out: raise the version, name it, date it.
 */
const FLOORS: readonly [name: string, lowest: string, advisory: string, date: string][] = [
  ['next', '16.0.10', 'CVE-2025-55184, CVE-2025-67779: denial of service by server components', '2025-12-12'],
  ['next', '16.0.7', 'CVE-2025-66478: code execution by server components', '2025-12-03'],
  ['next', '15.2.3', 'CVE-2025-29927: guards skipped by x-middleware-subrequest', '2025-03-21'],
  ['next-auth', '4.24.12', 'GHSA-5jpx-9hw9-2fx4: mail sent to a second address', '2025-10-29'],
  ['jsonwebtoken', '9.0.0', 'CVE-2022-23529, -23539, -23540, -23541: weak keys and algorithms', '2022-12-21'],
  [
    'undici',
    '6.21.2',
    'CVE-2025-22150, CVE-2025-47279: guessable boundaries, leaks by bad certificates',
    '2025-05-15',
  ],
  ['cross-spawn', '7.0.5', 'CVE-2024-21538: denial of service by pattern', '2024-11-08'],
  ['cookie', '0.7.0', 'CVE-2024-47764: names and paths that end the cookie', '2024-10-04'],
  ['jose', '4.15.5', 'CVE-2024-28176: denial of service by compressed tokens', '2024-03-07'],
  ['fast-xml-parser', '4.4.1', 'CVE-2024-41818: denial of service by pattern', '2024-07-29'],
  ['form-data', '2.5.4', 'CVE-2025-7783: guessable boundaries', '2025-07-21'],
  ['axios', '1.12.0', 'CVE-2025-58754: unbounded data URLs', '2025-09-11'],
  ['pg', '7.1.2', 'CVE-2017-16082: code execution by column names', '2017-08-12'],
  ['postcss', '8.4.31', 'CVE-2023-44270: comments parsed as rules', '2023-09-29'],
  ['nanoid', '3.3.8', 'CVE-2024-55565: predictable ids for odd sizes', '2024-12-09'],
  ['semver', '6.3.1', 'CVE-2022-25883: denial of service by pattern', '2023-06-21'],
]

const lock = z
  .object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) })
  .parse(JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')))

const installed = Object.entries(lock.packages).flatMap(([path, { version }]) => {
  const name = path.split('node_modules/').at(-1)
  return name === undefined || version === undefined ? [] : [{ name, version, path }]
})

describe('the lock file holds nothing below', () => {
  test.each(FLOORS)('%s %s (%s, %s)', (name, lowest) => {
    const below = installed.filter((each) => each.name === name && isBelow(each.version, lowest))
    expect(below.map(({ path, version }) => `${path} ${version}`)).toEqual([])
  })
})

test('every floor is of a package that is there', () => {
  const names = new Set(installed.map(({ name }) => name))
  expect(FLOORS.map(([name]) => name).filter((name) => !names.has(name))).toEqual([])
})

test('versions compare by number, and a preview comes before its release', () => {
  expect(isBelow('1.9.9', '1.10.0')).toBe(true)
  expect(isBelow('1.10.0', '1.10.0')).toBe(false)
  expect(isBelow('2.0.0-beta.1', '2.0.0')).toBe(true)
  expect(isBelow('2.0.1-beta.1', '2.0.0')).toBe(false)
})

function isBelow(version: string, lowest: string): boolean {
  const [numbers = '', preview] = version.split(/-(.*)/s)
  const ours = numbers.split('.').map(Number)
  const floor = lowest.split('.').map(Number)
  for (let n = 0; n < 3; n += 1) {
    const difference = (ours[n] ?? 0) - (floor[n] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return preview !== undefined
}
