import { ageProof } from './age-proof.ts'
import { expect, fillSignIn, findPurpose, passwordOf, REVIEWER, test } from './fixtures.ts'
import { query } from './log-rows.ts'
import { giveReason, isOpening, playButtonOf, REASON, readVideo, videoOf } from './player.ts'

test.use({ as: REVIEWER, expectedNoise: /status of 401/ })

test('a sign-in too old to play is proved anew, and comes back to the same second with its reason', async ({
  page,
  context,
}) => {
  const { sessionId, archiveId } = findPurpose('mp4-front')
  await page.goto(`/sessions/${sessionId}?archive=${archiveId}&t=23`)
  await ageProof(context, 9)
  await page.getByRole('button', { name: 'Play from 0:23' }).click()
  await giveReason(page)
  const plate = page.getByRole('alert').filter({ hasText: 'This needs a sign-in of the last 8 h' })
  await expect(plate).toContainText(/step-up-required · [0-9a-f-]{36}/)
  await expect(videoOf(page)).toHaveCount(0)
  const refused = await query(
    "SELECT code FROM audit.log WHERE archive_id = $1 AND action = 'viewing.refused' ORDER BY id DESC LIMIT 1",
    [archiveId],
  )
  expect(refused).toEqual([{ code: 'step-up-required' }])

  await plate.getByRole('button', { name: 'Sign in and come back' }).click()
  const opening = page.waitForRequest((request) => isOpening(request.url(), request.method()))
  await fillSignIn(page, REVIEWER, passwordOf(REVIEWER))
  expect((await opening).postDataJSON()).toMatchObject({ archiveId, reason: REASON, reasonCode: 'quality' })
  await expect(page).toHaveURL((url) => url.pathname === `/sessions/${sessionId}`)
  await expect.poll(async () => (await readVideo(page)).seconds).toBeGreaterThan(23)
  expect((await readVideo(page)).seconds).toBeLessThan(35)
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('once is once: the page asks why again when it is opened anew', async ({ page, context }) => {
  const { sessionId, archiveId } = findPurpose('mp4-end')
  await page.goto(`/sessions/${sessionId}?archive=${archiveId}`)
  await ageProof(context, 9)
  await playButtonOf(page).click()
  await giveReason(page)
  await page.getByRole('button', { name: 'Sign in and come back' }).click()
  await fillSignIn(page, REVIEWER, passwordOf(REVIEWER))
  await expect(videoOf(page)).toBeVisible()
  await page.goto(`/sessions/${sessionId}?archive=${archiveId}`)
  await playButtonOf(page).click()
  await expect(page.getByRole('dialog', { name: 'Why do you open this recording?' })).toBeVisible()
  await expect(videoOf(page)).toHaveCount(0)
})

test('a download asks for the proof within its own dialog, and keeps what was said', async ({
  page,
  context,
}) => {
  const { sessionId } = findPurpose('azure')
  await page.goto(`/sessions/${sessionId}`)
  await ageProof(context, 9)
  await page.getByRole('main').getByRole('button', { name: 'Download' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Why do you download this recording?' })
  await dialog.getByLabel('Reason').selectOption('Quality review')
  await dialog.getByLabel('In your own words').fill(REASON)
  await dialog.getByRole('button', { name: 'Download' }).click()
  await dialog.getByRole('button', { name: 'Sign in and come back' }).click()
  await fillSignIn(page, REVIEWER, passwordOf(REVIEWER))
  await expect(dialog.getByLabel('In your own words')).toHaveValue(REASON)
  const file = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Download' }).click()
  expect((await file).suggestedFilename()).toMatch(/^[0-9a-f-]{36}\.ts$/)
})
