import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { askDialogOf, askForAccess } from './asking-dialog.ts'
import { COLLEAGUE, FINDER } from './colleagues.ts'
import { expect, findPurpose, REVIEWER, test, visit } from './fixtures.ts'
import { expectClosed, query, readViewing } from './log-rows.ts'
import {
  expectPicture,
  expectSettled,
  FRAME_SECONDS,
  giveReason,
  pause,
  playButtonOf,
  playRecording,
  REASON,
  readVideo,
  seekTo,
  videoOf,
} from './player.ts'
import { readFrames, readPlaintext } from './recordings.ts'
import { listSegments, openArchive } from './stack/visitor.ts'

test.use({ as: REVIEWER })

const PICTURES = ['advice', 'azure', 'encrypted-mp4', 'mp4-front', 'mp4-end', 'cloud'] as const
const TRANSPORT_STREAMS = ['advice', 'azure'] as const
/** Times that are the same in each run, and look like none in particular. */
const SOMEWHERE = [0.618, 0.137, 0.871, 0.404, 0.05, 0.733, 0.292, 0.966, 0.519, 0.188]

function framesOf(name: string) {
  return readFrames(findPurpose(name).sample ?? '')
}

/** A time at which no other picture could be meant: in the middle of one. */
function withinPicture(name: string, share: number): number {
  const frames = framesOf(name)
  return (frames[Math.floor(share * frames.length)]?.seconds ?? 0) + 0.02
}

function statusOf(page: Page) {
  return page.getByRole('main').getByRole('status')
}

test('nothing plays before it was said why, in so many words', async ({ page }) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`))
  const { sessionId } = findPurpose('advice')
  await page.goto(`/sessions/${sessionId}`)
  await playButtonOf(page).click()
  const dialog = page.getByRole('dialog', { name: 'Why do you open this recording?' })
  await dialog.getByRole('button', { name: 'Play' }).click()
  await expect(dialog.getByText('Choose a reason.')).toBeVisible()
  await expect(dialog.getByLabel('Reason')).toBeFocused()
  await dialog.getByLabel('Reason').selectOption('Complaint')
  for (const short of ['because', '         ', 'a sample ', 'x'.repeat(2001)]) {
    await dialog.getByLabel('In your own words').fill(short)
    await dialog.getByRole('button', { name: 'Play' }).click()
    await expect(
      dialog.getByText(/^Say (why in at least 10|it in at most 2,000) characters\.$/),
    ).toBeVisible()
  }
  expect(asked.filter((line) => line.includes('/viewings'))).toEqual([])

  await dialog.getByLabel('Case reference').fill('C-2026-0417')
  const opened = await giveReason(page)
  await expect(page.getByTestId('player')).toBeVisible()
  await expect(page.getByText(`Quality review · C-2026-0417 · ${REASON}`)).toBeVisible()
  const [row] = await readViewing(opened.viewingId)
  expect(row).toMatchObject({
    ...{ action: 'viewing.opened', outcome: 'allowed', actor_email: REVIEWER, project: 'Retail EU' },
    ...{ session_id: sessionId, archive_id: findPurpose('advice').archiveId },
    ...{ reason_code: 'quality', reason: REASON, case_reference: 'C-2026-0417' },
  })
})

test('what was said is remembered for the same project, and asked for again', async ({ page }) => {
  await playRecording(page, 'three-1')
  await page.goto(`/sessions/${findPurpose('azure').sessionId}`)
  await playButtonOf(page).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText(/^As you said at /)).toBeVisible()
  await expect(dialog.getByLabel('In your own words')).toHaveValue(REASON)
  await expect(page.getByTestId('player')).toHaveCount(0)
  await dialog.getByRole('button', { name: 'Cancel' }).first().click()
  await expect(playButtonOf(page)).toBeVisible()
})

for (const name of PICTURES) {
  test(`${name} plays, and shows ffmpeg’s picture in the middle, at the end and anywhere`, async ({
    page,
  }) => {
    const frames = framesOf(name)
    await playRecording(page, name)
    await expect.poll(async () => (await readVideo(page)).seconds).toBeGreaterThan(0.5)
    await pause(page)
    await expectPicture(page, frames, (await readVideo(page)).seconds)
    const { durationSeconds } = await readVideo(page)
    expect(Math.abs(durationSeconds - (frames.at(-1)?.seconds ?? 0))).toBeLessThan(0.2)

    await page.keyboard.press('5')
    await expectSettled(page)
    expect(Math.abs((await readVideo(page)).seconds - durationSeconds / 2)).toBeLessThan(0.1)
    await expectPicture(page, frames, (await readVideo(page)).seconds)
    for (const share of SOMEWHERE.slice(0, 4)) {
      const seconds = withinPicture(name, share)
      await seekTo(page, seconds)
      await expectPicture(page, frames, seconds)
    }
    await seekTo(page, durationSeconds)
    const last = (await readVideo(page)).seconds
    expect(durationSeconds - last).toBeLessThan(0.2)
    await expectPicture(page, frames, last)
  })
}

for (const name of TRANSPORT_STREAMS) {
  test(`paused seeks to every border of a segment of ${name}, and to random times, settle on their picture`, async ({
    page,
    context,
    stack,
  }) => {
    const frames = framesOf(name)
    const opened = await playRecording(page, name)
    await pause(page)
    const cookie = (await context.cookies()).map((each) => `${each.name}=${each.value}`).join('; ')
    const segments = await listSegments({ portalUrl: stack.portalUrl, cookie }, opened)
    expect(segments.length).toBeGreaterThan(1)
    let border = 0
    const borders = segments.map(({ seconds }) => {
      border += seconds
      return border
    })
    const times = [...borders.slice(0, -1), ...SOMEWHERE.map((share) => share * (borders.at(-1) ?? 0))]
    for (const seconds of [...times, ...times.toReversed()]) {
      await seekTo(page, seconds)
      const at = (await readVideo(page)).seconds
      expect(Math.abs(at - seconds)).toBeLessThanOrEqual(FRAME_SECONDS)
      await expectPicture(page, frames, at)
    }
  })
}

test('no more than 15 seconds lie ahead', async ({ page }) => {
  await playRecording(page, 'advice')
  await pause(page)
  await page.waitForTimeout(1500)
  const { seconds, bufferedTo } = await readVideo(page)
  // A segment is fetched whole.
  expect(bufferedTo - seconds).toBeLessThan(15 + 20)
})

test('a recording of sound alone plays, and says that there is no picture', async ({ page }) => {
  await playRecording(page, 'audio')
  await expect(page.getByText('Sound only')).toBeVisible()
  await expect.poll(async () => (await readVideo(page)).seconds).toBeGreaterThan(0.5)
  await pause(page)
  for (const share of SOMEWHERE) {
    await seekTo(page, share * 40)
    expect(Math.abs((await readVideo(page)).seconds - share * 40)).toBeLessThan(0.1)
  }
})

test('a session of three archives plays on into the next, each on record by itself', async ({ page }) => {
  const opened = await playRecording(page, 'three-1', { t: '22' })
  const bars = page.getByRole('region', { name: 'Archives on the clock' }).getByRole('button')
  await expect(bars).toHaveCount(3)
  await expect(bars.nth(0)).toHaveAttribute('aria-pressed', 'true')
  const next = page.waitForResponse((response) => new URL(response.url()).pathname === '/viewings')
  await expect(bars.nth(1)).toHaveAttribute('aria-pressed', 'true')
  expect((await next).request().postDataJSON()).toMatchObject({
    archiveId: findPurpose('three-2').archiveId,
    reason: REASON,
  })
  await expect.poll(async () => (await readVideo(page)).seconds).toBeGreaterThan(0.3)
  await pause(page)
  await expectPicture(page, framesOf('three-2'), (await readVideo(page)).seconds)
  await expectClosed(opened.viewingId)

  await bars.nth(2).click()
  await expect(bars.nth(2)).toHaveAttribute('aria-pressed', 'true')
  await expect.poll(async () => (await readVideo(page)).seconds).toBeGreaterThan(0.3)
  await pause(page)
  await expectPicture(page, framesOf('three-3'), (await readVideo(page)).seconds)
})

test('the player is worked by keys', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await playRecording(page, 'advice')
  const at = async () => Math.round((await readVideo(page)).seconds * 100) / 100
  const press = async (key: string, seconds: number) => {
    await page.keyboard.press(key)
    await expectSettled(page)
    expect(Math.abs((await at()) - seconds), key).toBeLessThan(0.05)
  }
  await page.keyboard.press('Space')
  await expect.poll(async () => (await readVideo(page)).paused).toBe(true)
  await page.keyboard.press('k')
  await expect.poll(async () => (await readVideo(page)).paused).toBe(false)
  await page.keyboard.press('k')
  await expect.poll(async () => (await readVideo(page)).paused).toBe(true)

  const { durationSeconds } = await readVideo(page)
  await press('4', durationSeconds * 0.4)
  const from = await at()
  await press('l', from + 10)
  await press('j', from)
  await press('ArrowRight', from + 5)
  await press('ArrowLeft', from)
  await press('Shift+ArrowRight', from + 30)
  await press('Shift+ArrowLeft', from)
  await press('.', from + 0.04)
  await press(',', from)
  await press('0', 0)
  await press('j', 0)

  await page.keyboard.press('>')
  await expect(page.getByLabel('Speed')).toHaveValue('1.25')
  await page.keyboard.press('<')
  await page.keyboard.press('<')
  await expect(page.getByLabel('Speed')).toHaveValue('0.75')
  await page.keyboard.press('m')
  expect((await readVideo(page)).muted).toBe(true)

  await page.keyboard.press('5')
  await expectSettled(page)
  await page.keyboard.press('c')
  await expect(statusOf(page).filter({ hasText: 'Moment copied' })).toBeVisible()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  const { sessionId, archiveId } = findPurpose('advice')
  expect(copied).toContain(`/sessions/${sessionId}?archive=${archiveId}&t=37`)

  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keys of the player' })
  await expect(sheet.getByText('10 seconds back, on')).toBeVisible()
  await sheet.getByRole('switch', { name: 'Single-key shortcuts' }).click()
  await page.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)
  await page.getByRole('heading', { level: 1 }).click()
  const before = await at()
  await page.keyboard.press('l')
  await page.waitForTimeout(200)
  expect(await at()).toBe(before)
})

test('a link to a moment still asks why, and then begins there', async ({ page }) => {
  const { sessionId, archiveId } = findPurpose('mp4-front')
  await page.goto(`/sessions/${sessionId}?archive=${archiveId}&t=23`)
  await expect(page.getByTestId('player')).toHaveCount(0)
  await page.getByRole('button', { name: 'Play from 0:23' }).click()
  await giveReason(page)
  await expect.poll(async () => (await readVideo(page)).seconds).toBeGreaterThan(23)
  await pause(page)
  await expectPicture(page, framesOf('mp4-front'), (await readVideo(page)).seconds)
  expect((await readVideo(page)).seconds).toBeLessThan(30)

  await playRecording(page, 'azure', { t: '17' })
  await expect.poll(async () => (await readVideo(page)).seconds).toBeGreaterThan(17)
})

test('leaving the page ends the viewing, however it is left', async ({ page, context }) => {
  const walkedOff = await playRecording(page, 'mp4-end')
  await expect.poll(async () => (await readVideo(page)).seconds).toBeGreaterThan(0.3)
  await page.getByRole('link', { name: 'Find' }).click()
  await expectClosed(walkedOff.viewingId)

  const reloaded = await playRecording(page, 'mp4-end')
  await page.reload()
  await expectClosed(reloaded.viewingId)

  const other = await context.newPage()
  const shut = await playRecording(other, 'mp4-end')
  await expect.poll(async () => (await readVideo(other)).seconds).toBeGreaterThan(0.3)
  await other.close({ runBeforeUnload: true })
  await expectClosed(shut.viewingId)

  // What was played since the last beat is not lost by leaving.
  for (const { viewingId } of [walkedOff, shut]) {
    const claims = await query<{ claimed: number }>(
      'SELECT cardinality(claimed_ms) AS claimed FROM audit.events WHERE viewing_id = $1 AND claimed_ms IS NOT NULL',
      [viewingId],
    )
    expect(claims, viewingId).not.toEqual([])
  }
})

test('a jump while it plays puts on record what was played before it', async ({ page }) => {
  const { viewingId } = await playRecording(page, 'advice')
  // Sooner than five seconds after the last row, a jump is not worth one of its own.
  await expect.poll(async () => (await readVideo(page)).seconds).toBeGreaterThan(6)
  await page.keyboard.press('Shift+ArrowRight')
  await expect
    .poll(async () => (await readViewing(viewingId)).map(({ action }) => action))
    .toContain('viewing.progressed')
})

test.describe('while the portal does not answer', () => {
  test.use({ expectedNoise: /ERR_FAILED|ERR_ABORTED/ })

  test('the picture is covered within five seconds, and goes on by itself', async ({ page }) => {
    await playRecording(page, 'advice')
    const cover = page.getByTestId('cover')
    await expect.poll(async () => (await readVideo(page)).seconds).toBeGreaterThan(1)
    await page.route('**/progress', () => {})
    await expect(cover).toBeVisible({ timeout: 10_000 })
    const { seconds } = await readVideo(page)
    expect(seconds).toBeLessThan(10)
    await page.getByTestId('player').press('k')
    await page.waitForTimeout(500)
    // Nothing plays on under the cover, whoever presses a key.
    expect((await readVideo(page)).seconds).toBeLessThan(seconds + 0.4)

    await page.unroute('**/progress')
    await expect(cover).toHaveCount(0, { timeout: 10_000 })
    await expect.poll(async () => (await readVideo(page)).seconds).toBeGreaterThan(seconds + 0.5)
  })
})

test.describe('when it may go on no longer', () => {
  test.use({ expectedNoise: /status of (401|410)/ })

  test('a player whose sign-in ends elsewhere stops, and comes back to the same second', async ({
    page,
    context,
  }) => {
    await playRecording(page, 'advice', { t: '40' })
    const other = await context.newPage()
    await other.goto('/access')
    await other.getByRole('button', { name: /: menu$/ }).click()
    await other.getByRole('menuitem', { name: 'Sign out' }).click()
    await expect(other).toHaveURL((url) => url.pathname === '/sign-in')
    await expect(page.getByRole('heading', { name: 'Your sign-in has ended' })).toBeVisible()
    await expect(videoOf(page)).toHaveCount(0)
    const back = page.getByRole('link', { name: /^Sign in and come back to 0:4\d$/ })
    const href = new URL((await back.getAttribute('href')) ?? '', page.url())
    expect(href.searchParams.get('callbackUrl')).toMatch(/\?archive=[0-9a-f-]{36}&t=4[\d.]+$/)
  })

  test.describe('as a colleague', () => {
    test.use({ as: COLLEAGUE })

    test('one viewing too many ends the oldest, whose player says so', async ({ page }) => {
      const { archiveId } = findPurpose('other-project')
      const { viewingId } = await playRecording(page, 'other-project')
      const visitor = await visit(COLLEAGUE)
      await openArchive(visitor, archiveId)
      await openArchive(visitor, archiveId)
      await expect(
        page.getByRole('alert').filter({ hasText: /closed because you opened another recording/ }),
      ).toBeVisible()
      await expect(videoOf(page)).toHaveCount(0)
      await expectClosed(viewingId)
      await page.getByRole('button', { name: /^Open again at|^Try again/ }).click()
      await expect.poll(async () => (await readVideo(page)).readyState).toBeGreaterThanOrEqual(2)
    })
  })
})

test.describe('with the right to find alone', () => {
  test.use({ as: FINDER })

  test('a recording can be looked at and not played', async ({ page }) => {
    await page.goto(`/sessions/${findPurpose('advice').sessionId}`)
    await expect(
      page.getByRole('heading', { name: 'You may find this recording, but not play it' }),
    ).toBeVisible()
    await expect(playButtonOf(page)).toHaveCount(0)
    const main = page.getByRole('main')
    await expect(main.getByRole('button', { name: 'Download' })).toHaveCount(0)
    await main.getByRole('button', { name: 'Ask for access' }).click()
    await askDialogOf(page).getByLabel('To what').selectOption('Every recording of this session')
    expect(await askForAccess(page)).toMatchObject({ sessionId: findPurpose('advice').sessionId })
    await expect(main.getByRole('button', { name: 'Ask for access' })).toHaveCount(0)
    await page.reload()
    await expect(main.getByText('asked, waits for an administrator')).toBeVisible()
  })
})

test('a recording is downloaded for a reason of its own, while it plays on', async ({ page }) => {
  const { archiveId } = findPurpose('mp4-end')
  await playRecording(page, 'mp4-end')
  await page.getByRole('main').getByRole('button', { name: 'Download' }).click()
  const dialog = page.getByRole('dialog', { name: 'Why do you download this recording?' })
  await expect(dialog.getByText(/^The file leaves the portal decrypted/)).toBeVisible()
  await expect(dialog.getByLabel('In your own words')).toHaveValue('')
  await dialog.getByLabel('Reason').selectOption('Regulator’s request')
  await dialog.getByLabel('In your own words').fill('The regulator has asked for this call.')
  await dialog.getByLabel('Case reference').fill('R-2026-11')
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toBe(`${archiveId}.mp4`)
  const file = await readFile(await (await download).path())
  expect(file.equals(readPlaintext(findPurpose('mp4-end').sample ?? ''))).toBe(true)
  await expect(statusOf(page).filter({ hasText: 'The browser fetches the file.' })).toBeVisible()
  await expect.poll(async () => (await readVideo(page)).seconds).toBeGreaterThan(0.3)
  const rows = await query(
    "SELECT action, reason_code, reason, case_reference FROM audit.log WHERE archive_id = $1 AND action = 'download.opened' ORDER BY id DESC LIMIT 1",
    [archiveId],
  )
  expect(rows).toEqual([
    {
      ...{ action: 'download.opened', reason_code: 'regulator', case_reference: 'R-2026-11' },
      reason: 'The regulator has asked for this call.',
    },
  ])
})

test.describe('what cannot be played', () => {
  test.use({ expectedNoise: /status of (404|409)/ })

  test('says why on its page before anybody asks, where the recorder has said so', async ({ page }) => {
    const sentences = {
      recording: 'The call is still being recorded',
      failed: 'The recorder could not make this recording',
      expired: 'The recorder’s copy has expired after 72 hours',
      individual: 'An archive of individual streams cannot be played',
    }
    for (const [name, sentence] of Object.entries(sentences)) {
      await page.goto(`/sessions/${findPurpose(name).sessionId}`)
      await expect(page.getByRole('heading', { name: sentence })).toBeVisible()
      await expect(playButtonOf(page)).toHaveCount(0)
    }
  })

  test('says why once it was tried, with what to do and the request’s id', async ({ page }) => {
    const sentences = {
      missing: 'The file is in none of the project’s storage targets',
      'foreign-key': 'None of the project’s 2 keys opens this archive',
      cut: 'The file in storage has only',
    }
    for (const [name, sentence] of Object.entries(sentences)) {
      await page.goto(`/sessions/${findPurpose(name).sessionId}`)
      await page
        .getByRole('main')
        .getByRole('button', { name: /^(Play|Try to open it again)$/ })
        .click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Reason').selectOption('Quality review')
      await dialog.getByLabel('In your own words').fill(REASON)
      await dialog.getByRole('button', { name: 'Play' }).click()
      const plate = page.getByRole('alert').filter({ hasText: sentence })
      await expect(plate).toContainText('An administrator')
      await expect(plate).toContainText(/(archive|key)-[a-z-]+ · [0-9a-f-]{36}/)
    }
  })
})
