import { ASKER } from './colleagues.ts'
import { giveWord, openDesk, openPerson, rowOf } from './desk.ts'
import { ADMIN, expect, findPurpose, NOBODY, test, visit } from './fixtures.ts'
import { layOwnArchive } from './own-archive.ts'
import { playRecording } from './player.ts'
import { PROJECTS } from './stack/scenario.ts'
import { ask } from './stack/visitor.ts'

const ADMIN2 = 'admin2@demo.test'
const [, SECOND] = PROJECTS
const IN_DAYS = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

test.describe('somebody who holds nothing', () => {
  test.use({ as: ASKER, expectedNoise: /status of (401|403|410)/ })

  test('asks, is given less, plays, and is stopped when it is taken back', async ({ page, browser }) => {
    const { sessionId, archiveId } = await layOwnArchive('advice.mpegts')
    const reason = `To hear a call again (${Date.now()}).`
    await page.goto('/access')
    await expect(page.getByRole('navigation', { name: 'Access' })).toHaveCount(0)
    await page.getByRole('button', { name: 'Ask for access' }).click()
    const dialog = page.getByRole('dialog', { name: 'Ask for access' })
    await dialog.getByLabel('To what').fill(` "${archiveId}" `)
    await dialog.getByLabel('How long').selectOption({ index: 2 })
    await dialog.getByLabel(/Download/).check()
    await dialog.getByLabel('Why').fill(reason)
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
    const own = rowOf(page, 'My requests', reason)
    await expect(own).toContainText('open')
    await expect(own).toContainText('find, play, download')
    await expect(own).not.toContainText(PROJECTS[0].name)

    const desk = await openDesk(browser, ADMIN, '/access/inbox')
    const asked = rowOf(desk, 'Open requests', reason)
    await expect(asked).toContainText('Ash Asker')
    await expect(asked).toContainText(PROJECTS[0].name)
    await expect(asked).toContainText('held nothing there')
    await asked.getByRole('button', { name: /^Approve/ }).click()
    const approve = desk.getByRole('dialog', { name: 'Approve Ash Asker’s request' })
    await approve.getByRole('checkbox', { name: 'download' }).uncheck()
    await approve.getByLabel('How long').selectOption('One day')
    await approve.getByLabel('A word to Ash Asker').fill('For today, and in the player only.')
    await approve.getByRole('button', { name: 'Approve' }).click()
    await expect(desk.getByRole('status').filter({ hasText: 'Approved: Ash Asker’s request' })).toBeVisible()
    await expect(asked).toHaveCount(0)
    await expect(rowOf(desk, 'Decided lately', reason)).toContainText('approved')

    await page.reload()
    await expect(own).toContainText('approved')
    await expect(own).toContainText('For today, and in the player only.')
    const mine = page.getByRole('region', { name: 'What I may do' })
    await expect(mine).toContainText(`Reviewer, ${PROJECTS[0].name}`)
    await expect(mine).toContainText('in force')
    await expect(mine).not.toContainText('download')

    await playRecording(page, { sessionId, archiveId })
    await openPerson(desk, ASKER)
    const grant = rowOf(desk, 'What this person can see', reason)
    await grant.getByRole('button', { name: /^Take back/ }).click()
    await giveWord(desk, 'Take back', 'Heard enough.')
    await expect(page.getByRole('heading', { name: 'This viewing has ended' })).toBeVisible({ timeout: 8000 })
    await expect(grant).toContainText('taken back')
    await expect(grant.getByRole('button', { name: /^Take back/ })).toHaveCount(0)
    await desk.close()
  })

  test('is refused with a word', async ({ page, browser }) => {
    const reason = `Out of curiosity about a call (${Date.now()}).`
    const visitor = await visit(ASKER)
    const json = { sessionId: findPurpose('azure').sessionId, rights: ['recording:play'], reason }
    const asked = await ask(visitor, '/access/requests', {
      method: 'POST',
      json: { ...json, until: IN_DAYS(7) },
    })
    expect(asked.status).toBe(201)
    const desk = await openDesk(browser, ADMIN, '/access/inbox')
    await rowOf(desk, 'Open requests', reason)
      .getByRole('button', { name: /^Refuse/ })
      .click()
    const dialog = desk.getByRole('dialog', { name: 'Refuse Ash Asker’s request' })
    await dialog.getByRole('button', { name: 'Refuse' }).click()
    await expect(dialog.getByText('Say why, in a word or two.')).toBeVisible()
    await expect(dialog.getByLabel('A word to Ash Asker')).toBeFocused()
    await giveWord(desk, 'Refuse', 'Curiosity is no reason.')
    await expect(rowOf(desk, 'Decided lately', reason)).toContainText('Curiosity is no reason.')
    await desk.close()
    await page.goto('/access')
    const own = rowOf(page, 'My requests', reason)
    await expect(own).toContainText('refused')
    await expect(own).toContainText('Curiosity is no reason.')
  })
})

test.describe('an administrator', () => {
  test.use({ as: ADMIN, expectedNoise: /status of (403|409)/ })

  test('does not decide what they asked for themselves, nor what was decided meanwhile', async ({
    page,
    browser,
  }) => {
    const reason = `Stands in for somebody else (${Date.now()}).`
    for (const email of [ADMIN, NOBODY]) {
      const asked = await ask(await visit(email), '/access/requests', {
        method: 'POST',
        json: { project: SECOND.name, rights: ['recording:play'], until: IN_DAYS(2), reason },
      })
      expect(asked.status).toBe(201)
    }
    await page.goto('/access/inbox')
    const rows = rowOf(page, 'Open requests', reason)
    await expect(rows).toHaveCount(2)
    const own = rows.filter({ hasText: ADMIN })
    await expect(own).toContainText('Yours: another administrator decides it.')
    await expect(own.getByRole('button')).toHaveCount(0)

    const other = rows.filter({ hasText: NOBODY })
    await other.getByRole('button', { name: /^Refuse/ }).click()
    const desk = await openDesk(browser, ADMIN2, '/access/inbox')
    for (const email of [NOBODY, ADMIN]) {
      await rowOf(desk, 'Open requests', reason)
        .filter({ hasText: email })
        .getByRole('button', { name: /^Refuse/ })
        .click()
      await giveWord(desk, 'Refuse', 'Somebody else stands in.')
    }
    await desk.close()

    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('Not now.')
    await dialog.getByRole('button', { name: 'Refuse', exact: true }).click()
    await expect(dialog.getByRole('alert')).toContainText('already-decided')
    await expect(dialog.getByRole('textbox')).toHaveValue('Not now.')
  })
})
