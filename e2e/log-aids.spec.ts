import { readFileSync } from 'node:fs'
import { openDesk } from './desk.ts'
import { ADMIN, AUDITOR, expect, findPurpose, REVIEWER, test } from './fixtures.ts'
import { query } from './log-rows.ts'
import { lineOf, linesOf, watch } from './watching.ts'

test.use({ as: AUDITOR })

test('a filter is saved under a name, chosen again and removed', async ({ page }) => {
  const name = `Refusals ${Date.now()}`
  await page.goto('/audit?outcome=refused&from=2026-01-01')
  await page.getByText(/^Saved filters/).click()
  await page.getByLabel('Save what is shown as').fill(name)
  await page.getByLabel('Save what is shown as').press('Enter')
  await expect(page.getByText(`Saved the filter “${name}”.`)).toBeVisible()

  await page.goto('/audit')
  await page.getByText(/^Saved filters/).click()
  await page.getByRole('link', { name }).click()
  await expect(page).toHaveURL(
    ({ searchParams }) => searchParams.get('outcome') === 'refused' && searchParams.get('zone') === 'UTC',
  )
  await expect(page.getByRole('list', { name: 'Only' }).getByRole('listitem')).toHaveCount(2)
  const own = page.getByRole('button', { name: `Remove the filter ${name}` })
  if (!(await own.isVisible())) await page.getByText(/^Saved filters/).click()
  await own.click()
  await expect(page.getByText(`Removed the filter “${name}”.`)).toBeVisible()
  await expect(own).toHaveCount(0)
})

test('how far the log was reviewed stands on top and between its lines, with name and time', async ({
  page,
}) => {
  const { rows } = await watch('three-1')
  await page.goto('/audit')
  const opened = rows[0]
  await lineOf(page, opened?.id ?? '')
    .getByRole('button', { name: / Open line / })
    .click()
  await page.getByRole('button', { name: `Reviewed up to here: line ${opened?.id}` }).click()
  await expect(page.getByText('Put down as reviewed.')).toBeVisible()
  const mark = lineOf(page, opened?.id ?? '').getByText(/^Reviewed up to .* by Ari Auditor, at /)
  await expect(mark).toBeVisible()
  await expect(page.getByText(/^Reviewed up to .* by Ari Auditor, at /).first()).toBeVisible()
  const [row] = await query<{ after: { upTo: string } }>(
    `SELECT after FROM audit.events WHERE action = 'log.reviewed' ORDER BY id DESC LIMIT 1`,
  )
  expect(row?.after.upTo).toBe(opened?.at.toISOString())
  // Of a part of it nobody can say so.
  await page.goto(`/audit?outcome=allowed&open=${opened?.id}`)
  await expect(linesOf(page).first()).toBeVisible()
  await expect(page.getByRole('button', { name: /^Reviewed up to here/ })).toHaveCount(0)
})

const dayOf = (daysAhead: number): string =>
  new Date(Date.now() + daysAhead * 86_400_000).toISOString().slice(0, 10)

test('a day says what stood out, and leads to the lines', async ({ page }) => {
  await watch('three-2')
  await page.goto('/audit/days')
  const line = page
    .getByRole('table', { name: 'What stood out' })
    .locator('tbody')
    .filter({ hasText: 'Retail EU' })
  await expect(line).toContainText('office hours Monday to Friday, 07:00 to 19:00')
  await expect(line).toContainText('nobody')
  await page.getByRole('link', { name: 'Day before' }).click()
  const dayShown = page.getByLabel(/^Day/)
  await expect(dayShown).toHaveValue(dayOf(-1))
  await page.getByRole('link', { name: 'Day after' }).click()
  await expect(dayShown).toHaveValue(dayOf(0))
  await line.getByRole('link', { name: 'Retail EU', exact: true }).click()
  await expect(page.getByRole('list', { name: 'Only' }).getByRole('listitem')).toHaveCount(3)
  await expect(linesOf(page).first()).toBeVisible()
  await page.goto('/audit/days?day=2026-02-30')
  await expect(page.getByLabel(/^Day/)).toHaveAccessibleDescription('This is no day, such as 2026-11-24.')
})

test('an administrator has the days of a project no longer summed up', async ({ page, browser }) => {
  const desk = await openDesk(browser, ADMIN, '/projects')
  const about = 'the summary of each day of Private Clients UK'
  await desk.getByRole('button', { name: `Switch off: ${about}` }).click()
  await expect(desk.getByText('The days of Private Clients UK are no longer summed up.')).toBeVisible()
  await page.goto('/audit/days')
  await expect(
    page.getByText('Not summed up, as its administrators chose: Private Clients UK.'),
  ).toBeVisible()
  await desk.getByRole('button', { name: `Switch on: ${about}` }).click()
  await expect(desk.getByText('The days of Private Clients UK are summed up.')).toBeVisible()
  await desk.close()
})

test('who has seen a recording is a click from its line', async ({ page }) => {
  const { rows } = await watch('azure')
  const { archiveId, sessionId } = findPurpose('azure')
  await page.goto(`/audit?session=${archiveId}&open=${rows[0]?.id}`)
  await page.getByRole('link', { name: 'Who has seen this recording' }).click()
  await expect(page.getByRole('heading', { name: 'Who has seen this recording' })).toBeVisible()
  await expect(page.getByRole('main')).toContainText(sessionId)
  const [receipt] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'Receipt, in a new tab' }).click(),
  ])
  await expect(receipt.locator('body')).toContainText(archiveId)
  await receipt.close()
  const line = page
    .getByRole('table', { name: 'Who has seen it' })
    .locator('tbody')
    .filter({ hasText: REVIEWER })
  await expect(line).toContainText(/[1-9]/)
  await line.getByRole('link', { name: 'Robin Reviewer' }).click()
  await expect(page.getByRole('list', { name: 'Only' })).toContainText('person Robin Reviewer')
  await expect(linesOf(page).first()).toBeVisible()
  await page.goto('/audit/seen?archive=0193f0d2-0000-7000-8000-000000000001')
  await expect(page.getByRole('heading', { name: 'Not found or not yours' })).toBeVisible()
})

test('an export is made in the background, listed, fetched and removed', async ({ page }) => {
  const { viewingId, rows } = await watch('three-3')
  await page.goto(`/audit?viewing=${viewingId}`)
  await page.getByText('Export', { exact: true }).click()
  await page.getByRole('link', { name: 'More than 50,000 lines are better made in the background' }).click()
  await expect(page.getByRole('list', { name: 'Only' })).toContainText(`viewing ${viewingId}`)
  await expect(page.getByRole('link', { name: /^Lift/ })).toHaveCount(0)
  await page.getByRole('button', { name: 'In the background: JSON lines' }).click()
  await expect(page.getByText('JSON lines is being made. It is listed below, and on record.')).toBeVisible()
  const own = page
    .getByRole('list', { name: 'Your exports' })
    .getByRole('listitem')
    .filter({ hasText: 'JSON lines' })
    .first()
  await expect(own).toContainText('kept for 24 hours')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    own.getByRole('link', { name: 'Fetch' }).click(),
  ])
  const text = readFileSync(await file.path(), 'utf8')
  for (const { action } of rows) expect(text).toContain(`"${action}"`)
  await own.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('The file is removed.')).toBeVisible()
  await page.getByRole('link', { name: 'Change the filter' }).click()
  await expect(page).toHaveURL(
    ({ pathname, search }) => `${pathname}${search}` === `/audit?viewing=${viewingId}`,
  )
})

test('what is wrong with a filter is said where it would be exported', async ({ page }) => {
  await page.goto('/audit/files?action=curiosity')
  await expect(page.getByRole('alert').filter({ hasText: 'The log knows no such action.' })).toBeVisible()
  await expect(page.getByRole('button', { name: /^In the background/ })).toHaveCount(0)
})
