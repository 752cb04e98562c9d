// Changes of a project of four eyes: what a projects file or one administrator would change waits for another.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { addWebhook } from './adding-webhook.ts'
import { change, sayAnswer } from './asking.ts'
import { giveWord, openDesk, rowOf } from './desk.ts'
import { ADMIN, expect, readStack, test, visit } from './fixtures.ts'
import { GUARDED, sayGuarded } from './guarded.ts'
import { query } from './log-rows.ts'
import { OTHER_ADMIN } from './outsiders.ts'
import { runScript } from './stack/portal.ts'
import { type Entry, sampleCertificates, writeSecretFile } from './stack/set-up-files.ts'

const ADMIN2 = 'admin2@demo.test'
const OPEN = 'Changes that wait'

test.use({ as: ADMIN })

/** Applies a projects file that says this of the project, as whoever runs the server does. */
async function applyFile(said: Entry): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'recordroom-specs-'))
  try {
    const projects = [{ ...sayGuarded(readStack()), ...said }]
    const { DATABASE_OWNER_URL: _owner, ...environment } = readStack().environment
    await runScript(
      'projects',
      ['apply', writeSecretFile(join(folder, 'projects.json'), { projects })],
      environment,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What the portal answers to somebody who approves the change of the project that waits and holds these words. */
async function tryToApprove(email: string, words: string): Promise<string> {
  const [found] = await query<{ id: string }>(
    `SELECT c.id FROM changes c JOIN projects p ON p.id = c.project_id
     WHERE p.name = $1 AND c.decision IS NULL AND c.summary ->> 'lines' LIKE '%' || $2 || '%'`,
    [GUARDED.name, words],
  )
  const path = `/projects/changes/${found?.id}/decision`
  return sayAnswer(await change(await visit(email), path, { json: { approve: true } }))
}

const cardOf = (page: Page) => page.getByRole('article', { name: GUARDED.name })

/** The row of a change that was decided; the list is folded. */
async function unfoldDecided(page: Page, words: string) {
  await page.locator('summary', { hasText: 'Decided lately' }).click()
  return rowOf(page, 'Changes decided lately', words)
}

test('another store of a projects file is proposed, and holds once it is approved', async ({
  page,
  browser,
  stack,
}) => {
  const words = 'storage azure://calls: added'
  const { s3, azure } = stack
  await applyFile({
    storage: [
      { kind: 's3', ...s3 },
      { kind: 'azure', ...azure },
    ],
  })
  await page.goto('/projects')
  const waiting = rowOf(page, OPEN, words)
  await expect(waiting).toContainText(GUARDED.name)
  await expect(waiting).toContainText('Storage')
  await expect(waiting).toContainText('by a projects file')
  await expect(waiting).toContainText('lapses')
  await expect(cardOf(page)).toContainText('s3://calls')
  await expect(cardOf(page)).not.toContainText('azure://calls')

  const beside = await openDesk(browser, OTHER_ADMIN, '/projects')
  await expect(beside.getByRole('heading', { level: 1 })).toHaveText('Projects')
  await expect(beside.getByRole('table', { name: OPEN })).toHaveCount(0)
  await beside.close()
  expect(await tryToApprove(OTHER_ADMIN, words)).toBe('403 forbidden')

  await waiting.getByRole('button', { name: /^Approve/ }).click()
  const dialog = page.getByRole('dialog', { name: `Approve a change of ${GUARDED.name}` })
  await expect(dialog).toContainText(words)
  await expect(dialog).toContainText('It holds as soon as you approve it.')
  await giveWord(page, 'Approve', 'As the move of the archives has it.')
  await expect(waiting).toHaveCount(0)
  await expect(cardOf(page)).toContainText('azure://calls')
  const decided = await unfoldDecided(page, words)
  await expect(decided).toContainText('approved')
  await expect(decided).toContainText('Alex Admin')
  await expect(decided).toContainText('As the move of the archives has it.')
})

test('another certificate of a projects file is refused with a word, and nothing changes', async ({
  page,
}) => {
  await applyFile({ certificates: sampleCertificates() })
  await page.goto('/projects')
  const waiting = rowOf(page, OPEN, 'certificate ')
  await expect(waiting).toContainText('Certificates')
  await expect(waiting).toContainText('added, good until')
  await waiting.getByRole('button', { name: /^Refuse/ }).click()
  const dialog = page.getByRole('dialog', { name: `Refuse a change of ${GUARDED.name}` })
  await expect(dialog).toContainText('added, good until')
  await dialog.getByRole('button', { name: 'Refuse' }).click()
  await expect(dialog.getByText('Say why in at least 10 characters.')).toBeVisible()
  await expect(dialog.getByLabel('A word to whoever runs the server')).toBeFocused()
  await giveWord(page, 'Refuse', 'That key was given up last year.')
  await expect(waiting).toHaveCount(0)
  const decided = await unfoldDecided(page, 'certificate ')
  await expect(decided).toContainText('refused')
  await expect(decided).toContainText('That key was given up last year.')
  await expect(cardOf(page)).not.toContainText('opens old archives')
})

test('a webhook of one administrator waits for the other, and so does its removal', async ({
  page,
  browser,
  stack,
}) => {
  const url = `${stack.s3.endpoint}/-/traffic`
  const { host } = new URL(url)
  const card = (of: Page) => of.getByRole('article', { name: url })
  await page.goto('/projects')
  await addWebhook(page, { toldOf: GUARDED.name, url, event: 'grant.awaiting' })
  const shown = page.getByRole('dialog', { name: 'Keep this secret now' })
  await expect(shown).toContainText('nothing is sent before a second administrator has approved it')
  await shown.getByRole('button', { name: 'Done' }).click()
  const added = `webhook at ${host}: added, told of grant.awaiting`
  const own = rowOf(page, OPEN, added)
  await expect(own).toContainText('Alex Admin')
  await expect(own).toContainText('Yours: another administrator decides it.')
  await expect(own.getByRole('button')).toHaveCount(0)
  await expect(card(page)).toHaveCount(0)
  expect(await tryToApprove(ADMIN, added)).toBe('403 own-access')

  const desk = await openDesk(browser, ADMIN2, '/projects')
  await rowOf(desk, OPEN, added)
    .getByRole('button', { name: /^Approve/ })
    .click()
  await giveWord(desk, 'Approve', '')
  await expect(card(desk)).toContainText('grant.awaiting')
  await page.reload()
  await card(page).getByRole('button', { name: /^Test/ }).click()
  await expect(card(page).getByRole('status')).toHaveText('Taken: it answered 200.')

  await card(page)
    .getByRole('button', { name: /^Remove/ })
    .click()
  await page.getByRole('dialog', { name: 'Remove a webhook' }).getByRole('button', { name: 'Remove' }).click()
  await expect(
    page.getByText(`Proposed: the removal of ${url} waits for a second administrator.`),
  ).toBeVisible()
  await expect(card(page)).toHaveCount(1)
  await desk.reload()
  await rowOf(desk, OPEN, `webhook at ${host}: removed`)
    .getByRole('button', { name: /^Approve/ })
    .click()
  await giveWord(desk, 'Approve', '')
  await expect(card(desk)).toHaveCount(0)
  await desk.close()
})

test('a webhook of all projects waits, too, and is decided by who administers all of them', async ({
  page,
  browser,
}) => {
  await page.goto('/projects')
  await addWebhook(page, {
    toldOf: 'All projects',
    url: 'https://all.example/hook',
    event: 'change.awaiting',
  })
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  const added = 'webhook at all.example: added, told of change.awaiting, of all projects'
  await expect(rowOf(page, OPEN, added)).toContainText('Yours: another administrator decides it.')
  expect(await tryToApprove(OTHER_ADMIN, added)).toBe('403 forbidden')

  const desk = await openDesk(browser, ADMIN2, '/projects')
  await rowOf(desk, OPEN, added)
    .getByRole('button', { name: /^Refuse/ })
    .click()
  const dialog = desk.getByRole('dialog', { name: 'Refuse a change of all projects' })
  await expect(dialog.getByLabel('A word to Alex Admin')).toBeVisible()
  await giveWord(desk, 'Refuse', 'Nobody reads there any more.')
  await expect(rowOf(desk, OPEN, added)).toHaveCount(0)
  await desk.close()
  await page.reload()
  await expect(await unfoldDecided(page, added)).toContainText('Nobody reads there any more.')
  await expect(page.getByRole('article', { name: 'all.example' })).toHaveCount(0)
})
