import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PERMISSIONS } from './access/permissions.ts'
import { ERROR_CODES } from './errors.ts'
import { NOTICE_KINDS } from './notices/notice-kind.ts'

const ROOT = new URL('..', import.meta.url)
const readme = readFileSync(new URL('README.md', ROOT), 'utf8')

test('README prints every code with its status and meaning', () => {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, [status, meaning]]) => `| \`${code}\` | ${status} | ${meaning} |`,
  )
  expect(rows.filter((row) => !readme.includes(row))).toEqual([])
})

test('README prints every event that webhooks are told of', () => {
  const rows = Object.entries(NOTICE_KINDS).map(([kind, meaning]) => `| \`${kind}\` | ${meaning} |`)
  expect(rows.filter((row) => !readme.includes(row))).toEqual([])
})

test('README names every permission', () => {
  expect(Object.keys(PERMISSIONS).filter((permission) => !readme.includes(`\`${permission}\``))).toEqual([])
})

test('README names every variable of the environment', () => {
  const source = readFileSync(new URL('lib/env.ts', ROOT), 'utf8')
  const names = [...source.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
})

test('what README links to is there', () => {
  const links = [...readme.matchAll(/\]\(<?([^)>]+)>?\)/g)].map(([, path]) => path ?? '')
  expect(links.length).toBeGreaterThan(8)
  for (const path of links) expect(() => readFileSync(new URL(path, ROOT))).not.toThrow()
})
