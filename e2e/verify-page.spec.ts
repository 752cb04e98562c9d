// The page that comes with each export of the log, opened from disk as somebody opens it who has nothing else.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { makeDice } from './faults/bundles/dice.ts'
import { makeBundle } from './faults/bundles/made-bundle.ts'
import { derOf, makeCheckpoint, makeKey, makeLog, sha256 } from './faults/bundles/made-log.ts'
import { ROOT } from './stack/portal.ts'

const PAGE = join(ROOT, '.next', 'verifiers', 'verify.html')
let place: string
// Not once for the file: a worker that comes back to it after another file has taken the folder away.
test.beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'recordroom-page-'))
})
test.afterAll(() => rmSync(place, { recursive: true }))

const log = makeLog(makeDice(11), { key: makeKey(), blocks: 12, mostRows: 5 })
const key = sha256(derOf(log.key)).toString('hex')
const files = makeBundle(log, {
  ...{ redacted: false, madeAt: '2026-11-24T12:00:00.000Z', earlierSizes: [8] },
  selection: { kind: 'range', from: 0, to: 12 },
  fixed: { 'verify.mjs': '//\n', 'verify.html': '<p>\n', 'README.md': '#\n' },
  sayings: { proves: ['All of it.'], does_not_prove: ['Nothing.'] },
})
const anchor = {
  name: 'kept.checkpoint',
  mimeType: 'text/plain',
  buffer: Buffer.from(makeCheckpoint(log, 8)),
}

let laid = 0
function lay(changed: Readonly<Record<string, string>> = {}): string {
  laid += 1
  const folder = join(place, `${process.pid}-${laid}`)
  mkdirSync(folder)
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes)
  for (const [name, text] of Object.entries(changed)) writeFileSync(join(folder, name), text)
  return folder
}

async function open(page: Page): Promise<{ asked: string[]; complaints: string[] }> {
  const [asked, complaints]: string[][] = [[], []]
  page.on('request', (request) => asked?.push(request.url()))
  page.on('console', (message) => complaints?.push(message.text()))
  page.on('pageerror', (error) => complaints?.push(error.message))
  await page.context().setOffline(true)
  await page.goto(pathToFileURL(PAGE).href)
  return { asked: asked ?? [], complaints: complaints ?? [] }
}

const verdictOf = (page: Page) => page.getByRole('status')
const titleOf = (page: Page) => verdictOf(page).getByRole('heading')
const chooseFolder = (page: Page, folder: string) =>
  page.getByLabel('Folder of the export').setInputFiles(folder)

test('a folder that is chosen is whole, or only consistent where not all was named', async ({ page }) => {
  const { asked, complaints } = await open(page)
  await chooseFolder(page, lay())
  await expect(titleOf(page)).toHaveText('Consistent, but not all was checked')
  await expect(verdictOf(page)).toContainText(
    `Not checked: whose key it is, as none was named (it is ${key}).`,
  )

  await page.getByLabel('Fingerprint of the key').fill(key)
  await page.getByLabel('Checkpoint kept elsewhere').setInputFiles(anchor)
  await page.getByLabel('Fingerprint of the key').press('Enter')
  await expect(titleOf(page)).toHaveText('Whole')
  await expect(verdictOf(page)).toContainText('It extends kept.checkpoint, of 8 blocks')
  await expect(verdictOf(page)).toContainText('Not proven: What was never written to the log.')
  expect(asked.filter((url) => !url.startsWith('file:') && !url.startsWith('blob:'))).toEqual([])
  expect(complaints).toEqual([])
})

test('what was changed, is missing or is another’s is not whole, in a sentence', async ({ page }) => {
  await open(page)
  const rows = String(files.get('rows.jsonl'))
  await chooseFolder(page, lay({ 'rows.jsonl': rows.replace('"bytes":', '"bytes":1') }))
  await expect(titleOf(page)).toHaveText('Not whole')
  await expect(verdictOf(page)).toContainText(/rows\.jsonl: it has \d+ bytes, and the manifest says \d+\./)

  const cut = lay()
  rmSync(join(cut, 'checkpoint'))
  await chooseFolder(page, cut)
  await expect(verdictOf(page)).toContainText('checkpoint: it is missing.')

  await page.getByLabel('Fingerprint of the key').fill('0'.repeat(64))
  await chooseFolder(page, lay())
  await expect(verdictOf(page)).toContainText(`its fingerprint is ${key}, and ${'0'.repeat(64)} was named.`)
  await expect(titleOf(page)).toHaveText('Not whole')
})

test('a folder more in it is seen, and nothing chosen is no verdict', async ({ page }) => {
  await open(page)
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await expect(titleOf(page)).toHaveText('Nothing was checked')
  const folder = lay()
  mkdirSync(join(folder, 'more'))
  writeFileSync(join(folder, 'more', 'rows.jsonl'), '')
  await chooseFolder(page, folder)
  await expect(verdictOf(page)).toContainText('more/rows.jsonl: it is no file of the bundle.')
})

test('a folder that is dropped on the page is checked, and so are its files', async ({ page }) => {
  await open(page)
  const session = await page.context().newCDPSession(page)
  const drop = async (paths: string[]): Promise<void> => {
    const data = { items: [], files: paths, dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data })
  }
  await drop([lay()])
  await expect(titleOf(page)).toHaveText('Consistent, but not all was checked')
  const folder = lay()
  await drop(['manifest.json', 'checkpoint'].map((name) => join(folder, name)))
  await expect(verdictOf(page)).toContainText('rows.jsonl: it is missing.')
  mkdirSync(join(folder, 'more'))
  await drop([folder])
  await expect(verdictOf(page)).toContainText('more: it is no file of the bundle.')
})

test('it may run nothing but its own script, and reach nobody', async ({ page }) => {
  await open(page)
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/,
  )
  const reached = await page.evaluate(async () => {
    const script = document.createElement('script')
    script.textContent = 'document.title = "ran"'
    document.head.append(script)
    return fetch('https://recordroom.test/').then(
      () => 'reached',
      () => document.title,
    )
  })
  expect(reached).toBe('Check an export of the access log')
  expect(readFileSync(PAGE, 'utf8')).not.toMatch(/\b(?:src|href)="/)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`is readable, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    await open(page)
    for (const folder of [lay(), lay({ checkpoint: 'x' })]) {
      await chooseFolder(page, folder)
      await expect(titleOf(page)).toHaveText(/^(Consistent|Not whole)/)
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    }
    await page.getByLabel('Fingerprint of the key').fill(key)
    await page.getByLabel('Checkpoint kept elsewhere').setInputFiles(anchor)
    await chooseFolder(page, lay())
    await expect(titleOf(page)).toHaveText('Whole')
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  })
}

test('is worked by keys alone', async ({ page }) => {
  await open(page)
  const reached = []
  for (let press = 0; press < 4; press += 1) {
    await page.keyboard.press('Tab')
    reached.push(await page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent))
  }
  expect(reached).toEqual(['key', 'known', 'folder', 'Check'])
})
