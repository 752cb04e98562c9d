// After all other browser tests: which acts are on record, by what people did in them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'
import { query } from './log-rows.ts'
import { findFreePort } from './stack/free-port.ts'
import { ROOT, startPortal } from './stack/portal.ts'
import type { StackInfo } from './stack/stack.ts'

const readme = readFileSync(join(ROOT, 'lib', 'audit', 'README.md'), 'utf8')

/** The part of a page under a heading. */
function under(heading: string): string {
  const [, part = ''] = readme.split(`\n## ${heading}\n`)
  return part.split('\n## ')[0] ?? ''
}

/** The acts that stand in it, each as code. */
const actsIn = (text: string): string[] =>
  [...text.matchAll(/^\| `([a-z-]+\.[a-z]+)` \|/gm)].map(([, act]) => act ?? '')

/** A second process, which begins and ends while the others serve on. */
async function comeAndGo(stack: StackInfo): Promise<void> {
  const port = await findFreePort()
  // The owner's connection is the tests' alone; a portal refuses to start with it.
  const { DATABASE_OWNER_URL: _owner, ...environment } = stack.environment
  const portal = await startPortal(
    { environment: { ...environment, PORT: String(port) }, portalUrl: `http://localhost:${port}` },
    join(ROOT, '.test', 'portal.log'),
  )
  await portal.stop()
}

test('every act of the closed list is on record by what people did, or its own test is named', async ({
  stack,
}) => {
  await comeAndGo(stack)
  const all = await query<{ action: string }>('SELECT unnest(enum_range(NULL::audit.action))::text AS action')
  const done = await query<{ action: string }>('SELECT DISTINCT action FROM audit.log')
  const seen = new Set(done.map(({ action }) => action))
  const elsewhere = actsIn(under('Acts that browser tests need not come to'))
  const notBuilt = actsIn(under('Acts that nothing does yet'))
  const missing = all.map(({ action }) => action).filter((action) => !seen.has(action))
  expect(missing.filter((action) => !elsewhere.includes(action) && !notBuilt.includes(action))).toEqual([])
  expect(notBuilt.filter((action) => seen.has(action))).toEqual([])
})
