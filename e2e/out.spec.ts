import { expectAccessible } from './accessible.ts'
import { type Answer, send } from './asking.ts'
import { openDesk } from './desk.ts'
import { ADMIN, AUDITOR, expect, test } from './fixtures.ts'
import { query } from './log-rows.ts'

test.use({ as: AUDITOR })

type Pulled = { events: { event_id: string; action: string; target_id?: string }[]; next: string }

const pull = (token: string, after: string | null = null): Promise<Answer> =>
  send(null, `/api/audit/events?limit=1000${after === null ? '' : `&after=${after}`}`, {
    headers: { authorization: `Bearer ${token}` },
  })
const read = (answer: Answer): Pulled => JSON.parse(answer.bytes.toString()) as Pulled

/** Everything up to now, as a program polls. */
async function pullAll(token: string): Promise<Pulled> {
  const events: Pulled['events'] = []
  for (let next: string | null = null; ; ) {
    const got = read(await pull(token, next))
    events.push(...got.events)
    if (got.next === next) return { events, next }
    next = got.next
  }
}

test('a token is made, shown once, fetches the log, and is ended', async ({ page }) => {
  const name = `siem ${Date.now()}`
  await page.goto('/audit/out')
  await page.getByRole('button', { name: 'Make a token' }).click()
  const dialog = page.getByRole('dialog', { name: 'Make a token' })
  await dialog.getByRole('button', { name: 'Make', exact: true }).click()
  await expect(dialog.getByText('Say which program it is for.')).toBeVisible()
  await expect(dialog.getByLabel('Program')).toBeFocused()
  await dialog.getByLabel('Program').fill(name)
  await expectAccessible(page, 'making a token')
  await dialog.getByRole('button', { name: 'Make', exact: true }).click()
  const shown = page.getByRole('dialog', { name: 'Keep this token now' })
  const token = (await shown.getByTestId('token').textContent()) ?? ''
  expect(token).toMatch(/^rrlog_[\w-]{43}$/)
  await expectAccessible(page, 'a token that is shown')
  await shown.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText('A token was made.')).toBeVisible()
  const line = page.getByRole('table', { name: 'Tokens' }).locator('tbody').filter({ hasText: name })
  await expect(line).toContainText('all projects')
  await expect(line).toContainText('never')
  expect(await (await page.reload())?.text()).not.toContain(token)

  const made = async () => {
    const { events } = await pullAll(token)
    return events.filter(({ action }) => action === 'token.made').length
  }
  await expect.poll(made).toBeGreaterThan(0)
  const { next } = await pullAll(token)
  expect(read(await pull(token, next)).events.length).toBeLessThan(1000)
  await page.reload()
  await expect(line).not.toContainText('never')
  await expectAccessible(page, 'the log for other programs')

  await line.getByRole('button', { name: `End the token of ${name}` }).click()
  await page.getByRole('dialog', { name: 'End a token' }).getByRole('button', { name: 'End' }).click()
  await expect(page.getByText(`Ended: the token of ${name}.`)).toBeVisible()
  await expect(line).toContainText('ended')
  const refused = await pull(token, next)
  expect(refused.status).toBe(401)
  expect(refused.headers['content-type']).toBe('application/problem+json')
  expect(JSON.parse(refused.bytes.toString())).toMatchObject({ code: 'token-refused' })
})

test('the log is pushed, tried, and ended', async ({ page, stack }) => {
  const url = `${stack.s3.endpoint}/-/traffic`
  await page.goto('/audit/out')
  await page.getByRole('button', { name: 'Push the log' }).click()
  const dialog = page.getByRole('dialog', { name: 'Push the log' })
  await dialog.getByLabel('Log of').selectOption(stack.projects[0]?.name ?? '')
  await dialog.getByLabel('Address').fill(url)
  await dialog.getByLabel('Since').fill(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10))
  await expectAccessible(page, 'pushing the log')
  await dialog.getByRole('button', { name: 'Push', exact: true }).click()
  const secret = page.getByRole('dialog', { name: 'Keep this secret now' })
  await expect(secret.getByTestId('secret')).toHaveText(/^whsec_/)
  await secret.getByRole('button', { name: 'Done' }).click()
  const card = page.getByRole('article', { name: url })
  await card.getByRole('button', { name: /^Test/ }).click()
  await expect(card.getByRole('status')).toHaveText('Taken: it answered 200.')
  const taken = async () => {
    await page.reload()
    return card.textContent()
  }
  await expect.poll(taken).not.toContain('Last takennever')
  await expect.poll(taken).toContain('in order')
  await card.getByRole('button', { name: /^End/ }).click()
  await page.getByRole('dialog', { name: 'End a push' }).getByRole('button', { name: 'End' }).click()
  await expect(page.getByText(`Ended: ${url}.`)).toBeVisible()
  await expect(card).toContainText('ended')
})

test('what a program has not taken is seen, and sent again', async ({ page, stack, browser }) => {
  const [project] = stack.projects
  const url = `${project?.apiUrl}/no-log-here`
  await page.goto('/audit/out')
  await page.getByRole('button', { name: 'Push the log' }).click()
  await page.getByRole('dialog').getByLabel('Address').fill(url)
  await page.getByRole('dialog').getByRole('button', { name: 'Push', exact: true }).click()
  await page
    .getByRole('dialog', { name: 'Keep this secret now' })
    .getByRole('button', { name: 'Done' })
    .click()
  const card = page.getByRole('article', { name: url })
  const troubled = async () => {
    await page.reload()
    return card.textContent()
  }
  await expect.poll(troubled).toContain('to be tried again')
  await query(
    `UPDATE webhook_deliveries SET attempts = 8, dead_at = now(), next_attempt_at = NULL
     WHERE dead_at IS NULL AND delivered_at IS NULL AND webhook_id IN (SELECT id FROM webhooks WHERE url = $1)`,
    [url],
  )
  await expect.poll(troubled).toContain('given up')
  await expectAccessible(page, 'a push in trouble')
  const letters = card.getByRole('table', { name: 'Not delivered' })
  await letters.getByRole('button', { name: 'Send again: log.batch' }).first().click()
  await expect(page.getByText('log.batch is on its way again.')).toBeVisible()

  const desk = await openDesk(browser, ADMIN, '/projects')
  const seen = desk.getByRole('article', { name: url })
  await expect(seen).toContainText('The log is pushed here, by an auditor, who alone changes that.')
  await expect(seen.getByRole('button')).toHaveCount(0)
  await desk.close()

  await card.getByRole('button', { name: /^End/ }).click()
  await page.getByRole('dialog', { name: 'End a push' }).getByRole('button', { name: 'End' }).click()
  await expect(page.getByText(`Ended: ${url}.`)).toBeVisible()
})
