import { ADMIN, expect, test } from './fixtures.ts'
import { GUARDED } from './guarded.ts'

test.use({ as: ADMIN })

test('each project is a card with its recorder, its storage and its certificates', async ({
  page,
  stack,
}) => {
  await page.goto('/projects')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Projects')
  const projects = page.getByRole('article').filter({ has: page.getByRole('heading', { level: 2 }) })
  await expect(projects).toHaveCount(stack.projects.length)
  for (const { name, apiKey, apiUrl } of stack.projects.filter((project) => project.name !== GUARDED.name)) {
    const card = page.getByRole('article', { name })
    await expect(card).toContainText(`OpenTok, ${apiKey}`)
    await expect(card).toContainText(apiUrl)
    await expect(card).toContainText('recorder read')
    await expect(card).toContainText('s3://calls')
    await expect(card).toContainText(/Clock(accepted by|in step with) the recorder/)
    await expect(card).toContainText(/[1-9]\d+ archives/)
    await expect(card).toContainText(/\d{1,2},?\d{3} days left/)
    await expect(card).toContainText('90 days at most')
    await expect(card).toContainText('off: one administrator is enough')
    await expect(card).toContainText('a sign-in as late as the portal asks for anywhere')
  }
  const first = page.getByRole('article', { name: 'Retail EU' })
  await expect(first).toContainText('azure://calls')
  await expect(first).toContainText('opens old archives')
  await expect(first).toContainText('100 open viewings a person')
  await expect(page.getByRole('article', { name: 'Private Clients UK' })).toContainText(
    '2 open viewings a person',
  )
  await expect(page.getByRole('article', { name: GUARDED.name })).toContainText(
    'needs a second administrator',
  )
})

test('no secret of a project reaches the page', async ({ page, stack }) => {
  const response = await page.goto('/projects')
  const text = `${await response?.text()}${await page.content()}`
  const secrets = [
    ...stack.projects.map(({ apiSecret }) => apiSecret),
    ...[stack.s3.secretAccessKey, stack.azure.accountKey, 'PRIVATE KEY', 'correct horse'],
  ]
  for (const secret of secrets) expect(text).not.toContain(secret)
})
