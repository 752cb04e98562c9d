import { bellOf, openBell } from './bell.ts'
import { ADMIN, expect, NOBODY, signIn, test, visit } from './fixtures.ts'
import { query } from './log-rows.ts'
import { PROJECTS } from './stack/scenario.ts'
import { ask } from './stack/visitor.ts'

const [, SECOND] = PROJECTS
const WHY = 'A complaint about a call of last week must be answered.'

/** The request that was made last by whoever gave this reason. */
async function findRequest(reason: string): Promise<string> {
  const [row] = await query<{ id: string }>(
    'SELECT id FROM access_requests WHERE reason = $1 ORDER BY asked_at DESC LIMIT 1',
    [reason],
  )
  return row?.id ?? ''
}

test.describe('somebody who holds nothing', () => {
  test.use({ as: NOBODY })

  test('asks from the start page, an administrator hears of it, and the answer comes back', async ({
    page,
    browser,
    stack,
  }) => {
    const reason = `${WHY} (${Date.now()})`
    await page.goto('/')
    await page.getByRole('button', { name: 'Ask for access' }).click()
    const dialog = page.getByRole('dialog', { name: 'Ask for access' })
    await dialog.getByRole('button', { name: 'Ask' }).click()
    await expect(
      dialog.getByText('Enter a session ID, an archive ID or the name of a project.'),
    ).toBeVisible()
    await dialog.getByLabel('To what').fill(SECOND.name)
    await expect(dialog.getByText('Taken for the name of a project.')).toBeVisible()
    await dialog.getByLabel('How long').selectOption('Until another day')
    await dialog.getByLabel('Why').fill(reason)
    await dialog.getByRole('button', { name: 'Ask' }).click()
    await expect(dialog.getByText('Choose the last day.')).toBeVisible()
    await dialog.getByLabel('How long').selectOption({ index: 1 })
    await dialog.getByRole('button', { name: 'Ask' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(page.getByText('asked, waits for an administrator').first()).toBeVisible()
    await page.reload()
    await expect(page.getByText('asked, waits for an administrator').first()).toBeVisible()

    const admin = await browser.newPage({
      baseURL: stack.portalUrl,
      storageState: { cookies: [], origins: [] },
    })
    await signIn(admin, ADMIN, '/access')
    await expect(bellOf(admin)).toHaveAccessibleName(/^Notices, [1-9]\d* unread$/)
    const told = (await openBell(admin))
      .getByRole('link', { name: `Unread: Nico Nobody asks for access to ${SECOND.name}.` })
      .first()
    await told.click()
    await expect(admin).toHaveURL((url) => url.pathname === '/access/inbox')
    await admin.close()

    const decided = await ask(await visit(ADMIN), `/access/requests/${await findRequest(reason)}/decision`, {
      method: 'POST',
      json: { approve: false, word: 'The complaint is closed already.' },
    })
    expect(decided.status).toBe(200)
    await page.reload()
    await expect(bellOf(page)).toHaveAccessibleName(/^Notices, [1-9]\d* unread$/)
    const list = await openBell(page)
    await expect(
      list.getByRole('link', { name: `Your request for access to ${SECOND.name} was refused.` }).first(),
    ).toHaveAttribute('href', '/access')
    await list.getByRole('button', { name: 'Mark all as read' }).click()
    await expect(bellOf(page)).toHaveAccessibleName('Notices')
    await page.keyboard.press('Escape')
    await expect(bellOf(page)).toBeFocused()
    await page.reload()
    await expect(bellOf(page)).toHaveAccessibleName('Notices')
  })
})

test.describe('an administrator', () => {
  test.use({ as: ADMIN })

  test('hears of what comes while the page is there, within a minute', async ({ page }) => {
    await page.clock.install()
    // What was there before is no news.
    const first = page.waitForResponse((response) => new URL(response.url()).pathname === '/notices')
    await page.goto('/projects')
    await (await first).finished()
    const asked = await ask(await visit(NOBODY), '/access/requests', {
      method: 'POST',
      json: {
        ...{ project: SECOND.name, rights: ['recording:play'], reason: WHY },
        until: new Date(Date.now() + 86_400_000).toISOString(),
      },
    })
    expect(asked.status).toBe(201)
    await page.clock.runFor(61_000)
    await expect(
      page
        .getByRole('banner')
        .getByRole('status')
        .filter({ hasText: /Nico Nobody asks for access|\d+ new notices/ }),
    ).toHaveCount(1)
    await expect(bellOf(page)).toHaveAccessibleName(/^Notices, [1-9]\d* unread$/)
  })
})
