// The bell in the portal's head, and the list that it opens.
import { expect, type Locator, type Page } from '@playwright/test'

export function bellOf(page: Page): Locator {
  return page.getByRole('banner').getByRole('button', { name: /^Notices/ })
}

export async function openBell(page: Page): Promise<Locator> {
  await bellOf(page).click()
  const list = page.getByRole('dialog', { name: 'Notices' })
  await expect(list).toBeVisible()
  return list
}
