// The dialog that asks for access, as somebody fills it in.
import { expect, type Locator, type Page } from '@playwright/test'

export const WHY = 'A complaint about a call of last week must be answered.'

export function askDialogOf(page: Page): Locator {
  return page.getByRole('dialog', { name: 'Ask for access' })
}

/** Fills in what is asked and sends it; answers what went to the portal. */
export async function askForAccess(page: Page, reason = WHY): Promise<Record<string, unknown>> {
  const dialog = askDialogOf(page)
  await dialog.getByLabel('Why').fill(reason)
  const sent = page.waitForRequest((request) => new URL(request.url()).pathname === '/access/requests')
  await dialog.getByRole('button', { name: 'Ask' }).click()
  const body: unknown = (await sent).postDataJSON()
  expect((await (await sent).response())?.status()).toBe(201)
  await expect(dialog).toHaveCount(0)
  return parseBody(body)
}

function parseBody(body: unknown): Record<string, unknown> {
  return body as Record<string, unknown>
}
