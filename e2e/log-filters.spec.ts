import { readFileSync } from 'node:fs'
import { AUDITOR, expect, findPurpose, REVIEWER, test } from './fixtures.ts'
import { query } from './log-rows.ts'
import { lineOf, linesOf, watch } from './watching.ts'

test.use({ as: AUDITOR })

test('what is filtered stands there in words, and each is lifted by a click', async ({ page }) => {
  await watch('three-1')
  await page.goto('/audit')
  await page.getByLabel('Person').fill(REVIEWER)
  await page.getByText('More filters').click()
  await page.getByLabel('Reason').selectOption('Quality review (quality)')
  await page.getByLabel('Project').selectOption('Retail EU')
  await page.getByLabel('In the role of').selectOption('Reviewer')
  await page.getByLabel('Outcome').selectOption('allowed')
  await page.getByLabel('IP address').fill('127.0.0.1')
  await page.getByLabel('IP address').press('Enter')
  const words = page.getByRole('list', { name: 'Only' })
  await expect(words.getByRole('listitem')).toHaveCount(6)
  for (const said of [`person ${REVIEWER}`, 'as reviewer', 'reason quality', 'project Retail EU'])
    await expect(words.getByRole('listitem').filter({ hasText: said })).toBeVisible()
  await expect(linesOf(page).first()).toContainText('Robin Reviewer')
  await expect(page).toHaveURL(({ searchParams }) => !searchParams.has('case') && !searchParams.has('zone'))

  await words.getByRole('link', { name: 'Lift the filter by reason' }).click()
  await expect(words.getByRole('listitem')).toHaveCount(5)
  await expect(page).toHaveURL(
    ({ searchParams }) => !searchParams.has('reason') && searchParams.has('project'),
  )
  await expect(page.getByLabel('Reason')).toHaveValue('')
  // Filters that are not in view stand open while one of them is set.
  await expect(page.getByLabel('Project')).toHaveValue('Retail EU')
  await page.goBack()
  await expect(page.getByLabel('Reason')).toHaveValue('quality')
})

test('times are read by the clock of the reader, and stay what they are when it is switched', async ({
  page,
}) => {
  await watch('three-2')
  await page.goto('/audit')
  await page.getByText('Local', { exact: true }).click()
  await page.getByLabel('From (Europe/Zurich)').fill('2026-10-25 02:30+01:00')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  const words = page.getByRole('list', { name: 'Only' })
  await expect(words).toContainText('from 2026-10-25 02:30:00 +01:00')
  await expect(page).toHaveURL(({ searchParams }) => searchParams.get('zone') === 'Europe/Zurich')
  await page.getByText('UTC', { exact: true }).click()
  await expect(words).toContainText('from 2026-10-25 01:30:00 UTC')
  await expect(page.getByLabel('From (UTC)')).toHaveValue('2026-10-25 01:30')
  await page.getByRole('link', { name: 'Today' }).click()
  await expect(page).toHaveURL(({ searchParams }) => /^\d{4}-\d\d-\d\d$/.test(searchParams.get('from') ?? ''))
  await expect(linesOf(page).first()).toBeVisible()
})

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false })

  test('the filter works all the same', async ({ page }) => {
    const { archiveId } = findPurpose('azure')
    await watch('azure')
    await page.goto('/audit')
    await page.getByLabel('Session or archive ID').fill(archiveId)
    await page.getByText('More filters').click()
    await page.getByLabel('Outcome').selectOption('allowed')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await expect(page.getByRole('list', { name: 'Only' }).getByRole('listitem')).toHaveCount(2)
    await expect(linesOf(page).first()).toBeVisible()
    await page.getByText('Export', { exact: true }).click()
    await expect(page.getByRole('link', { name: 'CSV' })).toBeVisible()
    await page.getByRole('link', { name: 'Lift the filter by outcome' }).click()
    await expect(page.getByRole('list', { name: 'Only' }).getByRole('listitem')).toHaveCount(1)
  })
})

test('a line leads to all of its person, its recording and its project', async ({ page }) => {
  const { rows } = await watch('three-3')
  const { archiveId } = findPurpose('three-3')
  const id = rows[0]?.id ?? ''
  await page.goto(`/audit?session=${archiveId}&action=viewing.opened&open=${id}`)
  const all = lineOf(page, id).getByRole('list', { name: 'Read the whole log for' })
  const hrefOf = async (name: string) => (await all.getByRole('link', { name }).getAttribute('href')) ?? ''
  expect(await hrefOf('All of this recording')).toBe(`/audit?session=${archiveId}`)
  expect(await hrefOf('All of this project')).toBe('/audit?project=Retail+EU')
  expect(await hrefOf('All of this viewing')).toBe(`/audit?viewing=${rows[0]?.viewing_id}`)
  await expect(lineOf(page, id)).toContainText(/Seal.*(in block \d+|not sealed yet)/)
  await expect(lineOf(page, id)).toContainText('as recordroom')
  await all.getByRole('link', { name: 'All of this person' }).click()
  await expect(page).toHaveURL(({ searchParams }) => searchParams.get('person') === rows[0]?.actor_subject)
  await expect(page.getByRole('list', { name: 'Only' })).toContainText('person Robin Reviewer')
  // In a row, a project narrows what is shown.
  await linesOf(page)
    .filter({ hasText: 'opened a recording' })
    .first()
    .getByRole('link', { name: 'Retail EU' })
    .click()
  await expect(page.getByRole('list', { name: 'Only' }).getByRole('listitem')).toHaveCount(2)
})

test('what is on the page is taken as a file, as the reader’s clock has it', async ({ page }) => {
  const { viewingId, rows } = await watch('three-2')
  await page.goto(`/audit?viewing=${viewingId}`)
  await page.getByText('Local', { exact: true }).click()
  await page.getByText('Export', { exact: true }).click()
  const [csv] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'CSV', exact: true }).click(),
  ])
  expect(csv.suggestedFilename()).toMatch(/^access-log-.*\.csv$/)
  const lines = readFileSync(await csv.path(), 'utf8')
    .trim()
    .split('\r\n')
  expect(lines[0]).toContain('Europe/Zurich')
  for (const { action } of rows) expect(lines.some((line) => line.includes(action))).toBe(true)
  const [bundle] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Redacted bundle' }).click(),
  ])
  expect(bundle.suggestedFilename()).toMatch(/-redacted\.zip$/)
  const exported = await query<{ after: { format: string } }>(
    `SELECT after FROM audit.events WHERE action = 'log.exported' AND target_id = $1 ORDER BY id`,
    [viewingId],
  )
  expect(exported.map(({ after }) => after.format)).toEqual(['csv', 'bundle'])
})
