// The dialog that adds a webhook, as an administrator fills it in.
import type { Page } from '@playwright/test'

export type Wanted = {
  /** A project by name, or `All projects`. */
  readonly toldOf: string
  readonly url: string
  readonly event: string
}

export type Added = {
  /** Of the webhook, or of the change that waits. */
  readonly id: string
  readonly secret: string
}

/** Adds a webhook and leaves the secret on the screen. */
export async function addWebhook(page: Page, { toldOf, url, event }: Wanted): Promise<Added> {
  await page.getByRole('button', { name: 'Add a webhook' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Told of').selectOption(toldOf)
  await dialog.getByLabel('Address').fill(url)
  await dialog.locator(`[name="event"][value="${event}"]`).check()
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname === '/projects/webhooks')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  const { webhookId, changeId } = parseAdded(await (await answer).text())
  const secret = (await page.getByTestId('secret').textContent()) ?? ''
  return { id: webhookId ?? changeId ?? '', secret }
}

function parseAdded(text: string): { webhookId?: string; changeId?: string } {
  return JSON.parse(text) as { webhookId?: string; changeId?: string }
}
