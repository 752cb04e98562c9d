import { expectAccessible } from './accessible.ts'
import { ageProof } from './age-proof.ts'
import { change, sayAnswer, send } from './asking.ts'
import { openBell } from './bell.ts'
import { FINDER, FORMER } from './colleagues.ts'
import { openDesk } from './desk.ts'
import { ADMIN, AUDITOR, expect, findPurpose, NOBODY, REVIEWER, test, visit } from './fixtures.ts'
import { layOwnArchive } from './own-archive.ts'
import { giveReason, pause, playButtonOf, playRecording, REASON } from './player.ts'
import { PROJECTS } from './stack/scenario.ts'
import { openArchive } from './stack/visitor.ts'

test('the page to sign in', async ({ page }) => {
  await page.goto('/sign-in')
  await expectAccessible(page, 'sign-in')
  await page.goto('/sign-in?error=OAuthCallback')
  await expect(page.getByText('The sign-in was broken off or took too long. Try again.')).toBeVisible()
  await expectAccessible(page, 'sign-in with a failure')
})

test.describe('for who may do little', () => {
  test.use({ as: NOBODY, expectedNoise: /status of 40[34]/ })

  test('what was not granted, is forbidden or is not there', async ({ page }) => {
    for (const path of ['/', '/access', '/sessions', '/nowhere']) {
      await page.goto(path)
      await expectAccessible(page, path)
    }
  })

  for (const [email, path] of [
    [FORMER, '/'],
    [FINDER, null],
  ] as const) {
    test.describe(email, () => {
      test.use({ as: email })

      test('the page that they are led to', async ({ page }) => {
        await page.goto(path ?? `/sessions/${findPurpose('advice').sessionId}`)
        await expectAccessible(page, email)
      })
    })
  }
})

test.describe('for a reviewer', () => {
  test.use({ as: REVIEWER })

  test('finding', async ({ page }) => {
    await page.goto('/sessions')
    await expect(page.getByRole('table', { name: 'Sessions' })).toBeVisible()
    await expectAccessible(page, 'the list')
    const pasted = [findPurpose('three-1').sessionId, findPurpose('other-project').sessionId, 'what is this']
    await page.goto(`/sessions?${new URLSearchParams({ q: pasted.join(' ') })}`)
    await expectAccessible(page, 'what was understood')
  })

  test('a session, the reason, the player and its keys', async ({ page }) => {
    await page.goto(`/sessions/${findPurpose('three-1').sessionId}`)
    await expect(playButtonOf(page)).toBeVisible()
    await expectAccessible(page, 'a session')
    await playButtonOf(page).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Play' }).click()
    await expectAccessible(page, 'the reason, with what is missing')
    await giveReason(page)
    await expect(page.getByTestId('player')).toBeVisible()
    await pause(page)
    await expectAccessible(page, 'the player')
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keys of the player' })).toBeVisible()
    await expectAccessible(page, 'the keys')
  })

  test('sound alone, and the other tab', async ({ page }) => {
    await playRecording(page, 'audio')
    await expect(page.getByText('Sound only')).toBeVisible()
    await pause(page)
    await page.getByRole('tab', { name: 'Who has seen this' }).click()
    await expectAccessible(page, 'sound alone')
  })

  test('what cannot be played, and the menu', async ({ page }) => {
    await page.goto(`/sessions/${findPurpose('failed').sessionId}`)
    await expectAccessible(page, 'an archive that failed')
    await page.getByRole('button', { name: /: menu$/ }).click()
    await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible()
    await expectAccessible(page, 'the menu')
  })

  test('a recording that is restricted', async ({ page }) => {
    const { sessionId, archiveId } = await layOwnArchive('three-1.mpegts')
    const json = { restricted: true, word: 'To be looked at by nobody.' }
    const path = `/access/archives/${archiveId}/restriction`
    expect(sayAnswer(await change(await visit(ADMIN), path, { method: 'PUT', json }))).toBe('204')
    await page.goto(`/sessions/${sessionId}`)
    await expect(page.getByText('This recording is restricted')).toBeVisible()
    await expectAccessible(page, 'a restricted recording')
  })
})

test.describe('for a reviewer whose sign-in is old', () => {
  test.use({ as: REVIEWER, expectedNoise: /status of 401/ })

  test('the plate that leads to another one', async ({ page, context }) => {
    await page.goto(`/sessions/${findPurpose('three-1').sessionId}`)
    await ageProof(context, 9)
    await playButtonOf(page).click()
    await giveReason(page)
    await expect(page.getByRole('button', { name: 'Sign in and come back' })).toBeVisible()
    await expectAccessible(page, 'a sign-in too old to play')
  })

  test('the download, with what is missing, and with what leads to another one', async ({
    page,
    context,
  }) => {
    await page.goto(`/sessions/${findPurpose('azure').sessionId}`)
    await ageProof(context, 9)
    await page.getByRole('main').getByRole('button', { name: 'Download' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'Why do you download this recording?' })
    await dialog.getByRole('button', { name: 'Download' }).click()
    await expect(dialog.getByText('Choose a reason.')).toBeVisible()
    await expectAccessible(page, 'a download, with what is missing')
    await dialog.getByLabel('Reason').selectOption('Quality review')
    await dialog.getByLabel('In your own words').fill(REASON)
    await dialog.getByRole('button', { name: 'Download' }).click()
    await expect(dialog.getByRole('button', { name: 'Sign in and come back' })).toBeVisible()
    await expectAccessible(page, 'a sign-in too old to download')
  })
})

test('the bell’s list, with notices and without', async ({ browser }) => {
  const reason = `To be looked at (${Date.now()}).`
  const until = new Date(Date.now() + 86_400_000).toISOString()
  const wanted = { project: PROJECTS[0].name, rights: ['recording:play'], until, reason }
  expect(sayAnswer(await change(await visit(NOBODY), '/access/requests', { json: wanted }))).toBe('201')
  for (const email of [ADMIN, AUDITOR]) {
    const page = await openDesk(browser, email, '/access')
    const list = await openBell(page)
    if (email === ADMIN) await expect(list.getByRole('link', { name: /^Unread: / }).first()).toBeVisible()
    await expectAccessible(page, `the bell of ${email}`)
    await expect(list).toBeVisible()
    await page.close()
  }
})

test.describe('for an auditor', () => {
  test.use({ as: AUDITOR })

  test('the log, a line and a viewing of it open, and a filter that cannot be read', async ({ page }) => {
    const { archiveId } = findPurpose('encrypted-mp4')
    const visitor = await visit(REVIEWER)
    await send(visitor, (await openArchive(visitor, archiveId)).href)
    await page.goto(`/audit?session=${archiveId}`)
    await expectAccessible(page, 'the log')
    await page
      .getByRole('button', { name: / Open line \d+: opened/ })
      .first()
      .click()
    await page
      .getByRole('link', { name: /^Unfold/ })
      .first()
      .click()
    await expect(page.getByRole('region', { name: 'Everything on record about this viewing' })).toBeVisible()
    await expectAccessible(page, 'a viewing in the log')
    await page.goto('/audit?session=hello')
    await expectAccessible(page, 'a filter that cannot be read')
  })

  test('the log filtered, its days, and who has seen a recording', async ({ page }) => {
    const { archiveId } = findPurpose('encrypted-mp4')
    const visitor = await visit(REVIEWER)
    await openArchive(visitor, archiveId)
    const since = new URLSearchParams({ session: archiveId, outcome: 'allowed', from: '2026-01-01' })
    await page.goto(`/audit?${since}`)
    await page.getByText('Export', { exact: true }).click()
    await page.getByText(/^Saved filters/).click()
    await expect(page.getByLabel('Save what is shown as')).toBeVisible()
    await expectAccessible(page, 'the log filtered')
    await page.goto('/audit?person=nobody+of+that+name')
    await expectAccessible(page, 'nothing on record')
    await page.goto(`/audit/files?${since}`)
    await expect(page.getByRole('button', { name: 'In the background: CSV' })).toBeVisible()
    await expectAccessible(page, 'what is exported')
    await page.goto('/audit/days')
    await expect(page.getByRole('table', { name: 'What stood out' })).toBeVisible()
    await expectAccessible(page, 'a day')
    await page.goto(`/audit/seen?archive=${archiveId}`)
    await expect(page.getByRole('table', { name: 'Who has seen it' })).toBeVisible()
    await expectAccessible(page, 'who has seen a recording')
    await page.goto('/audit/seen?archive=x')
    await expectAccessible(page, 'a recording that is not known')
  })

  test('how the log is kept, and placing a hold', async ({ page }) => {
    await page.goto('/audit/retention')
    await expect(page.getByRole('table', { name: 'How long the log is kept' })).toBeVisible()
    await expectAccessible(page, 'how the log is kept')
    await page.getByRole('button', { name: 'Place a hold' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Place', exact: true }).click()
    await expectAccessible(page, 'placing a hold, with what is missing')
  })
})
