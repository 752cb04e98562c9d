import { randomUUID } from 'node:crypto'
import { LEAVER, MOVER } from './colleagues.ts'
import { giveWord, openDesk, openPerson, rowOf } from './desk.ts'
import { ADMIN, expect, findPurpose, passwordOf, test } from './fixtures.ts'
import { query } from './log-rows.ts'
import { layOwnArchive } from './own-archive.ts'
import { playRecording } from './player.ts'
import { PROJECTS } from './stack/scenario.ts'
import { signIn } from './stack/visitor.ts'

const [FIRST, SECOND] = PROJECTS

test.describe('an administrator', () => {
  test.use({ as: ADMIN })

  test.describe('of somebody’s roles', () => {
    test.describe.configure({ mode: 'serial' })

    test('gives and takes roles, for listed projects or for all, and never their own', async ({ page }) => {
      await openPerson(page, MOVER)
      await page.getByLabel('Reviewer', { exact: true }).selectOption('for listed projects')
      await expect(page.getByText('Choose one project at least, or “not held”.')).toBeVisible()
      await expect(page.getByRole('button', { name: 'Save roles' })).toBeDisabled()
      await page
        .getByRole('group', { name: 'Reviewer: projects' })
        .getByRole('checkbox', { name: FIRST.name })
        .check()
      await page.getByRole('button', { name: 'Save roles' }).click()
      await expect(page.getByRole('status').filter({ hasText: 'Saved: the roles of' })).toBeVisible()
      await page.reload()
      await expect(page.getByRole('checkbox', { name: FIRST.name })).toBeChecked()
      await expect(page.getByRole('checkbox', { name: SECOND.name })).not.toBeChecked()

      // The page is there a moment before it listens.
      await expect(async () => {
        await page.getByLabel('Auditor', { exact: true }).selectOption('for all projects')
        await expect(page.getByText(/^An auditor holds no other role\./)).toBeVisible({ timeout: 1000 })
      }).toPass()
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByLabel('Reviewer', { exact: true }).selectOption('not held')
      await page.getByRole('button', { name: 'Save roles' }).click()
      await expect(page.getByRole('button', { name: 'Save roles' })).toBeDisabled()
      const rows = await query<{ action: string }>(
        `SELECT action FROM audit.log WHERE action = 'role.changed' AND actor_email = $1 AND outcome = 'allowed'`,
        [ADMIN],
      )
      expect(rows.length).toBeGreaterThanOrEqual(2)

      await openPerson(page, ADMIN)
      await expect(page.getByText('another administrator gives and takes your roles')).toBeVisible()
      await expect(page.getByRole('button', { name: 'Save roles' })).toHaveCount(0)
      await expect(page.getByRole('button', { name: 'Disable' })).toHaveCount(0)
      await expect(page.getByRole('button', { name: 'Give a grant' })).toHaveCount(0)
    })

    test.describe('of what they were shown', () => {
      test.use({ expectedNoise: /status of 409/ })

      test('does not undo what another has done to them since the page was read', async ({ page }) => {
        await openPerson(page, MOVER)
        const reviewer = page.getByLabel('Reviewer', { exact: true })
        const administrator = page.getByLabel('Administrator', { exact: true })
        await expect(async () => {
          await reviewer.selectOption('for all projects')
          await expect(page.getByRole('button', { name: 'Save roles' })).toBeEnabled({ timeout: 1000 })
        }).toPass()
        await query(
          `INSERT INTO roles_held (id, person_id, role) SELECT $1, id, 'admin' FROM people WHERE email = $2`,
          [randomUUID(), MOVER],
        )
        await page.getByRole('button', { name: 'Save roles' }).click()
        const refused = page.getByRole('alert').filter({ hasText: 'changed-meanwhile' })
        await expect(refused).toContainText('Somebody has changed these roles since they were shown')
        await expect(administrator).toHaveValue('all')
        await expect(reviewer).toHaveValue('none')
        await expect(page.getByRole('button', { name: 'Save roles' })).toBeDisabled()
        await administrator.selectOption('not held')
        await page.getByRole('button', { name: 'Save roles' }).click()
        await expect(page.getByRole('status').filter({ hasText: 'Saved: the roles of' })).toBeVisible()
        await expect(refused).toHaveCount(0)
      })
    })

    test('takes the roles that the sign-in service proposes', async ({ page }) => {
      await query(`UPDATE people SET proposed_roles = '{reviewer}' WHERE email = $1`, [MOVER])
      await openPerson(page, MOVER)
      await expect(page.getByText('The sign-in service proposes: Reviewer, all projects.')).toBeVisible()
      await page.getByRole('button', { name: 'Accept' }).click()
      await expect(page.getByRole('button', { name: 'Accept' })).toHaveCount(0)
      await expect(page.getByLabel('Reviewer', { exact: true })).toHaveValue('all')
      await page.getByLabel('Reviewer', { exact: true }).selectOption('not held')
      await page.getByRole('button', { name: 'Save roles' }).click()
      await expect(page.getByRole('button', { name: 'Save roles' })).toBeDisabled()
    })
  })

  test('sees who can see something, both ways round, and as a file', async ({ page }) => {
    await page.goto('/access/who')
    await page.getByRole('link', { name: FIRST.name }).click()
    const line = rowOf(page, 'Who can see this', LEAVER)
    await expect(line).toContainText('find, play')
    await expect(line).toContainText('the access file')
    await line
      .getByRole('link', { name: 'Lee Leaver' })
      .or(line.getByRole('link', { name: LEAVER }))
      .click()
    await expect(rowOf(page, 'What this person can see', FIRST.name)).toContainText('Helps out.')
    const saved = page.waitForEvent('download')
    await page.getByRole('link', { name: 'CSV' }).click()
    expect((await saved).suggestedFilename()).toMatch(/\.csv$/)

    await page.goto('/access/who')
    await page.getByLabel('Who can see').fill('Nowhere')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Not found or not yours' })).toBeVisible()
  })

  test('restricts a recording, and lifts that', async ({ page }) => {
    const { archiveId } = await layOwnArchive('advice.mpegts')
    await page.goto(`/access/who?of=${archiveId}`)
    const recording = rowOf(page, 'Recordings', archiveId)
    await expect(recording).toContainText('any grant that reaches it')
    await recording.getByRole('button', { name: /^Restrict/ }).click()
    await giveWord(page, 'Restrict', 'A secret inquiry goes on.')
    await expect(recording).toContainText('restricted')
    await expect(rowOf(page, 'Who can see this', LEAVER)).toContainText('The recording is restricted')
    await recording.getByRole('button', { name: /^Lift restriction/ }).click()
    await giveWord(page, 'Lift restriction', 'The inquiry is over.')
    await expect(recording).toContainText('any grant that reaches it')
  })
})

test.describe('somebody who plays', () => {
  test.describe.configure({ mode: 'serial' })
  test.use({ as: LEAVER, expectedNoise: /status of (401|403|410)/ })

  test('is stopped when their sign-in is ended, by themselves or by an administrator', async ({
    page,
    browser,
  }) => {
    await playRecording(page, 'three-2')
    const desk = await openDesk(browser, ADMIN, '/access')
    await openPerson(desk, LEAVER)
    const signIns = desk.getByRole('table', { name: 'Sign-ins' })
    await expect(signIns.locator('tbody')).toHaveCount(1)
    await signIns.getByRole('button', { name: /^End/ }).click()
    await expect(page.getByRole('heading', { name: 'Your sign-in has ended' })).toBeVisible({ timeout: 8000 })
    await expect(desk.getByText('Nowhere at the moment.')).toBeVisible()
    await desk.close()

    const own = await openDesk(browser, LEAVER, '/access')
    const other = await openDesk(browser, LEAVER, `/sessions/${findPurpose('three-2').sessionId}`)
    await own.reload()
    const mine = own.getByRole('table', { name: 'Sign-ins' }).locator('tbody')
    await expect(mine).toHaveCount(2)
    await mine.filter({ hasNotText: 'this one' }).getByRole('button', { name: /^End/ }).click()
    await expect(mine).toHaveCount(1)
    await expect(mine).toContainText('this one')
    await other.reload()
    await expect(other).toHaveURL((url) => url.pathname === '/sign-in')
    await own.close()
    await other.close()
  })

  test('is shut out when they are disabled, and let in again', async ({ page, browser, stack }) => {
    await playRecording(page, 'three-2')
    const desk = await openDesk(browser, ADMIN, '/access')
    await openPerson(desk, LEAVER)
    await desk.getByRole('button', { name: 'Disable' }).click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByRole('textbox').fill('left')
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await expect(dialog.getByText('Say why in at least 10 characters.')).toBeVisible()
    await giveWord(desk, 'Disable', 'Has left the house.')
    await expect(page.getByRole('heading', { name: 'Your sign-in has ended' })).toBeVisible({ timeout: 8000 })
    const person = { email: LEAVER, password: passwordOf(LEAVER) }
    await expect(signIn(stack.portalUrl, person)).rejects.toThrow(/is not signed in/)
    await desk.getByRole('button', { name: 'Enable' }).click()
    await giveWord(desk, 'Enable', 'Has come back to us.')
    await expect(desk.getByRole('button', { name: 'Disable' })).toBeVisible()
    await desk.close()
    expect((await signIn(stack.portalUrl, person)).cookie).not.toBe('')
  })
})
