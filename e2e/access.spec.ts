import { COLLEAGUE, FINDER } from './colleagues.ts'
import { personRow } from './desk.ts'
import { ADMIN, AUDITOR, expect, NOBODY, REVIEWER, signIn, test } from './fixtures.ts'

test.describe('for somebody who reviews', () => {
  test.use({ as: REVIEWER })

  test('it shows what one holds oneself, until when, and nobody else', async ({ page }) => {
    await page.goto('/access')
    const own = page.getByRole('region', { name: 'What I may do' })
    await expect(own).toContainText(`Robin Reviewer, ${REVIEWER}`)
    await expect(own).toContainText('Reviewer, all projects')
    await expect(own).toContainText('Retail EU')
    await expect(own).toContainText('find, play, download')
    await expect(own).toContainText('sooner after 15 minutes without activity')
    await expect(page.getByRole('table', { name: 'People' })).toHaveCount(0)
    await expect(page.getByRole('main')).not.toContainText(ADMIN)
  })
})

test.describe('for an admin', () => {
  test.use({ as: ADMIN })

  test('it shows who holds what, and finds people by name and mail', async ({ page }) => {
    await page.goto('/access/people')
    const people = page.getByRole('table', { name: 'People' })
    const row = (email: string) => personRow(page, email)
    await expect(row(AUDITOR)).toContainText('Auditor, all projects')
    await expect(row(FINDER)).toContainText('Retail EU')
    await expect(row(COLLEAGUE)).toContainText('Private Clients UK')

    const search = page.getByRole('search')
    await search.getByRole('textbox').last().fill('finder')
    await page.keyboard.press('Enter')
    await expect(people.locator('tbody')).toHaveCount(1)
    await expect(row(FINDER)).toBeVisible()
    await expect(page).toHaveURL((url) => url.searchParams.get('person') === 'finder')
    await page.goto('/access/people?person=%25_%27nobody')
    await expect(page.getByText('Nobody fits this.')).toBeVisible()
  })
})

test('who signs in for the first time becomes known by it', async ({ page, browser, stack }) => {
  await signIn(page, NOBODY, '/access')
  await expect(page.getByText('none yet: ask an administrator of the portal')).toBeVisible()
  await expect(page.getByText('none: no recordings are open to me')).toBeVisible()
  const other = await browser.newPage({
    baseURL: stack.portalUrl,
    storageState: { cookies: [], origins: [] },
  })
  await signIn(other, ADMIN, `/access/people?person=${NOBODY}`)
  await expect(other.getByRole('table', { name: 'People' }).locator('tbody')).toContainText('Nico Nobody')
  await other.close()
})
