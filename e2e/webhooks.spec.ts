import { addWebhook } from './adding-webhook.ts'
import { ADMIN, expect, test } from './fixtures.ts'
import { query } from './log-rows.ts'

test.use({ as: ADMIN, expectedNoise: /status of 422/ })

test('a webhook is added, its secret shown once, tried, and removed', async ({ page, context, stack }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const url = `${stack.s3.endpoint}/-/traffic`
  const [project] = stack.projects
  await page.goto('/projects')
  await page.getByRole('button', { name: 'Add a webhook' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a webhook' })
  await dialog.getByLabel('Told of').selectOption(project?.name ?? '')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog.getByText(/^Enter a whole address/)).toBeVisible()
  await expect(dialog.getByText('Choose one event at least.')).toBeVisible()
  await expect(dialog.getByLabel('Address')).toBeFocused()
  await dialog.getByLabel('Address').fill('https://user:word@siem.example/hook')
  await dialog.getByRole('checkbox', { name: /grant\.given$/ }).check()
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText('The address must hold no user and no password.')
  await dialog.getByLabel('Address').fill(url)
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()

  const shown = page.getByRole('dialog', { name: 'Keep this secret now' })
  const secret = (await shown.getByTestId('secret').textContent()) ?? ''
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/)
  await page.keyboard.press('Escape')
  await shown.getByRole('button', { name: 'Copy' }).click()
  await expect(shown.getByText('Secret copied')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret)
  await shown.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText('A webhook was added.')).toBeVisible()

  const card = page.getByRole('article', { name: url })
  await expect(card).toContainText(project?.name ?? '')
  await expect(card).toContainText('grant.given')
  await card.getByRole('button', { name: /^Test/ }).click()
  await expect(card.getByRole('status')).toHaveText('Taken: it answered 200.')
  expect(await page.content()).not.toContain(secret)
  const reloaded = await page.reload()
  expect(await reloaded?.text()).not.toContain(secret)

  await card.getByRole('button', { name: /^Remove/ }).click()
  await page.getByRole('dialog', { name: 'Remove a webhook' }).getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText(`Removed: ${url}.`)).toBeVisible()
  await expect(card).toHaveCount(0)
})

test('what a webhook has not taken is seen, and sent again', async ({ page, stack }) => {
  const [project] = stack.projects
  const url = `${project?.apiUrl}/no-hook`
  await page.goto('/projects')
  const { id } = await addWebhook(page, { toldOf: project?.name ?? '', url, event: 'request.made' })
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  const card = page.getByRole('article', { name: url })
  await card.getByRole('button', { name: /^Test/ }).click()
  await expect(card.getByRole('status')).toHaveText('Not taken: answered 404.')

  await query(
    `INSERT INTO webhook_deliveries (id, webhook_id, event, body, attempts, dead_at, next_attempt_at, last_status, last_error)
     VALUES (gen_random_uuid(), $1, 'request.made', '{}', 8, now(), NULL, 404, 'answered 404')`,
    [id],
  )
  await page.reload()
  await expect(card).toContainText('one event given up')
  const letters = card.getByRole('table', { name: 'Not delivered' })
  await expect(letters).toContainText('given up')
  await expect(letters).toContainText('8 attempts')
  await letters.getByRole('button', { name: 'Send again: request.made' }).click()
  await expect(page.getByText('request.made is on its way again.')).toBeVisible()
  await expect(card).not.toContainText('given up')
  const tries = async () => {
    const [row] = await query<{ attempts: number }>(
      'SELECT attempts FROM webhook_deliveries WHERE webhook_id = $1',
      [id],
    )
    return row?.attempts
  }
  await expect.poll(tries).toBe(1)

  await card.getByRole('button', { name: /^Remove/ }).click()
  await page.getByRole('dialog', { name: 'Remove a webhook' }).getByRole('button', { name: 'Remove' }).click()
  await expect(card).toHaveCount(0)
})
