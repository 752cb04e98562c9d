import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AUDIT_ACTIONS } from './event.ts'

const HERE = import.meta.dirname
const ROOT = join(HERE, '..', '..')
const readme = readFileSync(join(HERE, 'README.md'), 'utf8')

/** The part of the page under a heading. */
function under(heading: string): string {
  const [, part = ''] = readme.split(`\n## ${heading}\n`)
  return part.split('\n## ')[0] ?? ''
}

/** Tests as a table names them: the file by a link, then the title. */
function testsIn(part: string): { path: string; title: string; line: string }[] {
  return [...part.matchAll(/^\|.*\]\(([^)]+)\): (.+) \|$/gm)].map(([line, path = '', title = '']) => ({
    ...{ path: join(HERE, path), title, line },
  }))
}

const actOf = (line: string): string => /^\| `([^`]+)`/.exec(line)?.[1] ?? ''
const RULES = 'What rules ask for, and the tests that hold it'
const ELSEWHERE = 'Acts that browser tests need not come to'
const NOT_YET = 'Acts that nothing does yet'
const notYet = [...under(NOT_YET).matchAll(/^\| `[^`]+` \|/gm)].map(([line]) => actOf(line))

const read = (folder: string, kind: RegExp): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((path) => kind.test(path) && !/\.test\.ts$|(^|\/)test-|audit\/(event|fold)\.ts$/.test(path))
    .map((path) => readFileSync(join(ROOT, path), 'utf8'))

/** What the product is made of, its functions in the database among it: neither tests nor the lists of acts. */
const sources = [
  ...['lib', 'app'].flatMap((folder) => read(folder, /\.tsx?$/)),
  ...read('prisma/migrations', /\.sql$/).map((sql) =>
    sql.replace(/CREATE TYPE audit\.action AS ENUM \([^)]*\)|ADD VALUE [^;]*/g, ''),
  ),
]
const isDone = (action: string): boolean => sources.some((text) => text.includes(`'${action}'`))
/** Put together out of a kind, `viewing` or `download`, and what became of it. */
const ofBothKinds = (action: string): boolean => /^(viewing|download)\./.test(action)

test('every rule is held by tests that are there', () => {
  const named = testsIn(under(RULES))
  expect(named.length).toBeGreaterThan(20)
  const missing = named.filter(
    ({ path, title }) => !existsSync(path) || !readFileSync(path, 'utf8').includes(`'${title}'`),
  )
  expect(missing.map(({ line }) => line)).toEqual([])
  const rules = ['10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2']
  const asked = [...rules.map((rule) => `PCI DSS ${rule} |`), 'AU-3 a, e, f', 'AU-3 b', 'AU-3 c, d']
  const trail = [1, 2, 3, 4].map((element) => `17a-4(f)(2)(i)(A)(${element})`)
  expect([...asked, ...trail].filter((rule) => !under(RULES).includes(rule))).toEqual([])
})

test('what no browser test comes to has a test that is there and names the act', () => {
  const named = testsIn(under(ELSEWHERE))
  expect(named.length).toBeGreaterThan(4)
  const missing = named.filter(({ path, title, line }) => {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    return !text.includes(`'${title}'`) || !text.includes(actOf(line))
  })
  expect(missing.map(({ line }) => line)).toEqual([])
})

test('every act is done by something, but for those that are said to be done by nothing yet', () => {
  const actions = Object.keys(AUDIT_ACTIONS)
  expect(notYet.filter((action) => !actions.includes(action))).toEqual([])
  expect(notYet.filter(isDone)).toEqual([])
  const undone = actions.filter((action) => !isDone(action) && !ofBothKinds(action))
  expect(undone.filter((action) => !notYet.includes(action))).toEqual([])
})
