// Grants on a project of four eyes: what one administrator gives opens nothing before another has approved it.
import type { Page } from '@playwright/test'
import { change, sayAnswer } from './asking.ts'
import { giveWord, openDesk, rowOf } from './desk.ts'
import { ADMIN, expect, findPurpose, test, visit } from './fixtures.ts'
import { GUARDED, GUARDED_PURPOSE, GUARDED_SAMPLE, HOLDER, PETITIONER } from './guarded.ts'
import { query } from './log-rows.ts'
import { expectPicture, pause, playRecording, REASON, readVideo } from './player.ts'
import { readFrames } from './recordings.ts'

const ADMIN2 = 'admin2@demo.test'
const WAITING = 'Waiting for a second administrator'

test.use({ as: ADMIN, expectedNoise: /status of (403|422)/ })

/** What the portal answers to somebody who would open what was recorded there. */
async function tryToOpen(email: string): Promise<string> {
  const { archiveId } = findPurpose(GUARDED_PURPOSE)
  const json = { archiveId, reasonCode: 'quality', reason: REASON }
  return sayAnswer(await change(await visit(email), '/viewings', { json }))
}

/** What the portal answers to somebody who approves, as the second, what was given for this reason. */
async function tryToApprove(email: string, reason: string): Promise<string> {
  const [grant] = await query<{ id: string }>('SELECT id FROM grants WHERE reason = $1', [reason])
  const path = `/access/grants/${grant?.id}/approval`
  return sayAnswer(await change(await visit(email), path, { json: { approve: true } }))
}

/** The row that waits, and says that whoever looks is not the second. */
async function expectLocked(page: Page, reason: string): Promise<void> {
  const row = rowOf(page, WAITING, reason)
  await expect(row).toContainText('another administrator decides it')
  await expect(row.getByRole('button')).toHaveCount(0)
}

async function expectShutOut(page: Page): Promise<void> {
  await page.goto(`/sessions/${findPurpose(GUARDED_PURPOSE).sessionId}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not found or not yours')
}

test('a grant opens nothing before another administrator has approved it, and plays after', async ({
  page,
  browser,
}) => {
  const reason = `A sample of the escrow calls (${Date.now()}).`
  await page.goto(`/access/who?${new URLSearchParams({ of: GUARDED.name })}`)
  await page.getByRole('button', { name: 'Give a grant' }).click()
  const dialog = page.getByRole('dialog', { name: 'Give a grant' })
  await dialog.getByRole('button', { name: 'Give', exact: true }).click()
  await expect(dialog.getByText('Enter the mail somebody signs in with.')).toBeVisible()
  await expect(dialog.getByLabel('Mail')).toBeFocused()
  await expect(dialog.getByLabel('Project')).toHaveValue(GUARDED.name)
  await expect(dialog.getByRole('checkbox', { name: 'download' })).not.toBeChecked()
  await expect(dialog).toContainText('At most 90 days')
  await expect(dialog).toContainText('once a second administrator has approved it, within 72 hours')
  await dialog.getByLabel('Mail').fill(ADMIN)
  await dialog.getByLabel('Why').fill(reason)
  await dialog.getByRole('button', { name: 'Give', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText('own-access')
  await expect(dialog.getByLabel('Why')).toHaveValue(reason)
  await dialog.getByLabel('Mail').fill(HOLDER)
  await dialog.getByRole('button', { name: 'Give', exact: true }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Given. It counts once a second' })).toBeVisible()
  const line = rowOf(page, 'Who can see this', reason)
  await expect(line).toContainText('waits for a second')

  const holder = await openDesk(browser, HOLDER, '/access')
  const mine = holder.getByRole('region', { name: 'What I may do' })
  await expect(mine).toContainText('waits for a second')
  await expectShutOut(holder)
  await page.goto('/access/inbox')
  await expectLocked(page, reason)
  expect(await tryToApprove(ADMIN, reason)).toBe('403 own-access')
  expect(await tryToOpen(HOLDER)).toBe('403 forbidden')

  const desk = await openDesk(browser, ADMIN2, '/access/inbox')
  const theirs = rowOf(desk, WAITING, reason)
  await expect(theirs).toContainText('Hana Holder')
  await theirs.getByRole('button', { name: /^Approve/ }).click()
  const approving = desk.getByRole('dialog', { name: 'Approve as the second administrator' })
  await expect(approving).toContainText('Given by Alex Admin')
  await giveWord(desk, 'Approve', '')
  await expect(theirs).toHaveCount(0)
  await desk.close()

  await playRecording(holder, findPurpose(GUARDED_PURPOSE))
  const { seconds } = await readVideo(holder)
  await expect.poll(async () => (await readVideo(holder)).seconds).toBeGreaterThan(seconds + 1)
  await pause(holder)
  await expectPicture(holder, readFrames(GUARDED_SAMPLE), (await readVideo(holder)).seconds)
  await holder.goto('/access')
  await expect(mine).toContainText('in force')
  await holder.close()

  await page.goto(`/access/who?${new URLSearchParams({ of: GUARDED.name })}`)
  await expect(line).toContainText('in force')
  await expect(line).toContainText('approved by Billie Admin')
  await expect(line).not.toContainText('no reviewer')
  expect(await tryToApprove(ADMIN2, reason)).toBe('409 already-decided')
})

test('whoever approves a request is the first hand, and the second may refuse', async ({ page, browser }) => {
  const reason = `A complaint about an escrow call (${Date.now()}).`
  const asked = await change(await visit(PETITIONER), '/access/requests', {
    json: {
      ...{ sessionId: findPurpose(GUARDED_PURPOSE).sessionId, rights: ['recording:play'], reason },
      until: new Date(Date.now() + 7 * 86_400_000).toISOString(),
    },
  })
  expect(sayAnswer(asked)).toBe('201')
  const desk = await openDesk(browser, ADMIN2, '/access/inbox')
  const request = rowOf(desk, 'Open requests', reason)
  await request.getByRole('button', { name: /^Approve/ }).click()
  const approving = desk.getByRole('dialog', { name: 'Approve Pat Petitioner’s request' })
  await approving.getByRole('button', { name: 'Approve' }).click()
  await expect(
    desk.getByRole('status').filter({ hasText: 'It counts once a second administrator has approved it.' }),
  ).toBeVisible()
  await expect(request).toHaveCount(0)
  await expectLocked(desk, reason)
  expect(await tryToApprove(ADMIN2, reason)).toBe('403 own-access')
  expect(await tryToApprove(PETITIONER, reason)).toBe('403 forbidden')
  expect(await tryToOpen(PETITIONER)).toBe('403 forbidden')
  await desk.close()

  await page.goto('/access/inbox')
  const waiting = rowOf(page, WAITING, reason)
  await expect(waiting).toContainText('Pat Petitioner')
  await waiting.getByRole('button', { name: /^Refuse/ }).click()
  const refusing = page.getByRole('dialog', { name: 'Refuse as the second administrator' })
  await refusing.getByRole('button', { name: 'Refuse' }).click()
  await expect(refusing.getByText('Say why, in a word or two.')).toBeVisible()
  await expect(refusing.getByLabel('Why')).toBeFocused()
  await giveWord(page, 'Refuse', 'The complaint is closed already.')
  await expect(waiting).toHaveCount(0)

  const petitioner = await openDesk(browser, PETITIONER, '/access')
  const mine = petitioner.getByRole('region', { name: 'What I may do' })
  await expect(mine).toContainText('none: no recordings are open to me')
  await expect(mine).toContainText('one grant that ended, lapsed or was taken back')
  await expectShutOut(petitioner)
  expect(await tryToOpen(PETITIONER)).toBe('403 forbidden')
  await petitioner.close()
})
