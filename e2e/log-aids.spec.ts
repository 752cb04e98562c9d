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
  await expect(page).toHaveURL(({ searchParams }) => searchParams.has('day'))
  await page.getByRole('link', { name: 'Day after' }).click()
  await line.getByRole('link', { name: 'Retail EU' }).click()
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
