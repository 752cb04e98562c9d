import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { append, openSession } from '../../../prisma/test-log.ts'
import { openOffice, type TestOffice } from '../../access/test-office.ts'
import { readWhole } from './test-log.ts'

const place = mkdtempSync(join(tmpdir(), 'recordroom-spreadsheet-'))
let office: TestOffice

beforeAll(async () => {
  requireLibreOffice()
  office = await openOffice()
})
afterAll(async () => {
  await office.stop()
  rmSync(place, { recursive: true })
})

const HOSTILE = [
  ...[
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(1;1)',
    '\t=1+1',
    '\r=1+1',
    '\n=1+1',
    '＝1+1',
    '＋1+1',
    '－1+1',
    '＠SUM(1)',
  ],
  ...[
    '=HYPERLINK("http://x.test";"y")',
    "=cmd|' /C calc'!A0",
    '"=1+1',
    '=1+1,=2+2',
    '=1+1\r\n=2+2',
    '=1+1;=2+2',
  ],
  ...['x;=1+1;y', 'x\t=1+1\ty', 'x\n=1+1', 'x;"=1+1";y', 'x; =1+1;y', ' =1+1', '\uFEFF=1+1', '\u200B=1+1'],
  ...["'=1+1", '{=1+1}', '=WEBSERVICE("http://x.test")', '\u202E=1+1', 'Zoë “=1+1”', '=DDE("a";"b";"c")'],
]

/** Comma, quotes, UTF-8, from line 1; fields in quotes are no more text than others, and formulas are computed. */
const EAGER = 'CSV:44,34,76,1,,0,false,true,false,false,false,0,true'

/** The same where semicolons and tabs divide, as in much of Europe; what is before `sep` is no cell there. */
const SEMICOLONS = EAGER.replace('44', '59')
const TABS = EAGER.replace('44', '9')

/** The file as LibreOffice understands it: its own XML. */
function openInLibreOffice(name: string, csv: Buffer, filter: string | null): string {
  const file = join(place, `${name}.csv`)
  writeFileSync(file, csv)
  const profile = pathToFileURL(join(place, 'profile')).href
  execFileSync(
    'soffice',
    [
      ...[`-env:UserInstallation=${profile}`, '--headless', '--norestore'],
      ...(filter === null ? [] : [`--infilter=${filter}`]),
      ...['--convert-to', 'fods', '--outdir', place, file],
    ],
    { stdio: 'pipe', timeout: 120_000 },
  )
  return readFileSync(join(place, `${name}.fods`), 'utf8')
}

function requireLibreOffice(): void {
  if (spawnSync('soffice', ['--version']).error !== undefined)
    throw new Error(
      'LibreOffice is not installed. On Debian: apt-get install --no-install-recommends libreoffice-calc',
    )
}

const countFormulas = (xml: string): number => [...xml.matchAll(/table:formula=/g)].length

test('LibreOffice finds no formula in an export, and finds one where there is one', {
  timeout: 300_000,
}, async () => {
  const writer = await openSession(office.services.env.databaseUrl)
  for (const text of HOSTILE)
    await append(writer, {
      ...{
        action: 'session.searched',
        actor_kind: 'person',
        actor_name: text,
        actor_subject: text,
        reason: text,
      },
      ...{
        actor_roles: [text, text],
        code: text,
        request_id: text,
        project_name: text,
        after: text,
        user_agent: text,
      },
    })
  await writer.end()
  const auditor = await office.hire('=1+1', ['auditor'])
  const csv = await readWhole(office.services, auditor, { format: 'csv', zone: 'Europe/Berlin' })

  const computed = openInLibreOffice('formula', Buffer.from('"a","=1+1"\r\n'), EAGER)
  expect(countFormulas(computed), 'a formula is seen').toBe(1)
  for (const [name, filter] of [
    ['eager', EAGER],
    ['as-it-comes', null],
    ['semicolons', SEMICOLONS],
    ['tabs', TABS],
  ] as const) {
    const xml = openInLibreOffice(name, csv, filter)
    expect(countFormulas(xml), name).toBe(0)
    if (filter === SEMICOLONS || filter === TABS) continue
    expect(xml, name).toContain(`end of export: ${HOSTILE.length + 1} rows`)
    // By itself it takes the system's character set, whatever the file says.
    if (filter !== null) expect(xml, name).toContain('Zoë “=1+1”')
  }
})
