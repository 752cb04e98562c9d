// What an administrator does in the browser beside somebody else's page.
import type { Browser, Locator, Page } from '@playwright/test'
import { expect, readStack, signIn } from './fixtures.ts'

/** A page of its own, signed in as somebody of the demo. */
export async function openDesk(browser: Browser, email: string, path: string): Promise<Page> {
  const page = await browser.newPage({
    baseURL: readStack().portalUrl,
    storageState: { cookies: [], origins: [] },
  })
  await signIn(page, email, path)
  return page
}

/** The row of a table that holds a text. */
export function rowOf(page: Page, table: string, text: string): Locator {
  return page.getByRole('table', { name: table }).locator('tbody').filter({ hasText: text })
}

/** Somebody's row in the list of people: theirs alone whose mail it is, and not part of another's. */
export function personRow(page: Page, email: string): Locator {
  const people = page.getByRole('table', { name: 'People' }).locator('tbody')
  return people.filter({ has: page.getByText(email, { exact: true }) })
}

/** The page of somebody's access. */
export async function openPerson(page: Page, email: string): Promise<void> {
  await page.goto(`/access/people?${new URLSearchParams({ person: email })}`)
  await personRow(page, email).getByRole('link').first().click()
  await expect(page.getByRole('heading', { name: 'What this person can see' })).toBeVisible()
}

/** Gives a word in the dialog that is open, and waits until it is done. */
export async function giveWord(page: Page, confirm: string, word: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  if (word !== '') await dialog.getByRole('textbox').fill(word)
  await dialog.getByRole('button', { name: confirm, exact: true }).click()
  await expect(dialog).toHaveCount(0)
}
