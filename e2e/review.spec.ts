import type { Page } from '@playwright/test'
import { rowOf } from './desk.ts'
import { ADMIN, expect, test, visit } from './fixtures.ts'
import { query } from './log-rows.ts'
import { PROJECTS } from './stack/scenario.ts'
import { ask } from './stack/visitor.ts'

test.use({ as: ADMIN })

const MOST_STEPS = 60

const lineOf = (page: Page, email: string) => page.getByRole('group', { name: new RegExp(`: ${email}, `) })

/** Gives a grant that ends so soon that a review asks about it; answers its id. */
async function giveEnding(email: string): Promise<string> {
  const given = await ask(await visit(ADMIN), '/access/grants', {
    method: 'POST',
    json: {
      ...{ email, project: PROJECTS[0].name, rights: ['recording:find'], reason: 'To be reviewed soon.' },
      until: new Date(Date.now() + 2 * 86_400_000).toISOString(),
    },
  })
  expect(given.status).toBe(201)
  return parseGiven(await given.text()).grantId
}

function parseGiven(text: string): { grantId: string } {
  return JSON.parse(text) as { grantId: string }
}

/** Goes up and down by key until the cursor is on somebody's line. */
async function goTo(page: Page, email: string): Promise<void> {
  const line = lineOf(page, email)
  for (const key of ['ArrowUp', 'j']) {
    for (let step = 0; step < MOST_STEPS; step += 1) {
      await page.keyboard.press(key)
      if (await line.evaluate((element) => element === document.activeElement)) return
    }
  }
  await expect(line).toBeFocused()
}

test('grants that end soon are kept or removed by a key each, on record', async ({ page }) => {
  const name = `review-${Date.now()}`
  const [kept, removed] = [`${name}-kept@demo.test`, `${name}-removed@demo.test`]
  const ids = [await giveEnding(kept), await giveEnding(removed)]
  await page.goto('/access/review')
  const progress = page.getByRole('status').filter({ hasText: 'reviewed' })
  await expect(progress).toHaveText(/^0 of \d+ reviewed$/)
  await goTo(page, kept)
  await page.keyboard.press('k')
  await expect(rowOf(page, 'Grants to review', kept)).toContainText('kept')
  await expect(progress).toHaveText(/^1 of \d+ reviewed: 1 kept, 0 removed$/)
  await goTo(page, removed)
  await page.keyboard.press('r')
  await expect(rowOf(page, 'Grants to review', removed)).toContainText('removed')
  await expect(progress).toHaveText(/^2 of \d+ reviewed: 1 kept, 1 removed$/)
  const rows = await query<{ action: string; after: string }>(
    `SELECT action FROM audit.events WHERE grant_id = ANY ($1::uuid[]) AND action IN ('grant.reviewed', 'grant.revoked')
     ORDER BY id`,
    [ids],
  )
  expect(rows.map(({ action }) => action)).toEqual(['grant.reviewed', 'grant.revoked'])
  await page.reload()
  await expect(lineOf(page, kept)).toHaveCount(0)
  await expect(lineOf(page, removed)).toHaveCount(0)
})

test('the keys can be switched off, and the buttons do the same', async ({ page }) => {
  const email = `review-${Date.now()}-button@demo.test`
  await giveEnding(email)
  await page.goto('/access/review')
  await page.getByRole('button', { name: /: menu$/ }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Single-key shortcuts' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'Access review' }).click()
  const progress = page.getByRole('status').filter({ hasText: 'reviewed' })
  await page.keyboard.press('k')
  await page.keyboard.press('r')
  await expect(progress).toHaveText(/^0 of /)
  await rowOf(page, 'Grants to review', email).getByRole('button', { name: /^Keep/ }).click()
  await expect(rowOf(page, 'Grants to review', email)).toContainText('kept')
})
