// What the portal stands on misbehaves. One test after the other: faults are a server's, and set whole.
import { randomUUID } from 'node:crypto'
import { readProblem, sayAnswer, send } from './asking.ts'
import { expect, findPurpose, REVIEWER, readStack, test, visit } from './fixtures.ts'
import { layOwnArchive } from './own-archive.ts'
import { pause, playRecording, readVideo, seekTo, videoOf } from './player.ts'
import { readPlaintext } from './recordings.ts'
import type { Fault } from './stack/faults.ts'
import { createSessionId } from './stack/session-id.ts'
import { openArchive } from './stack/visitor.ts'

test.describe.configure({ mode: 'serial' })
test.use({ as: REVIEWER })

async function tell(server: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${server}/-/${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${server} takes no ${path}: ${answer.status}`)
}

const recorderUrl = (): string => readStack().projects[0]?.apiUrl ?? ''
const storeUrl = (): string => readStack().s3.endpoint
const orderOf = (archiveId: string, fault: Fault): Fault => ({ ...fault, on: `GET .*${archiveId}` })

test.afterEach(async () => {
  await tell(recorderUrl(), 'faults', [])
  await tell(recorderUrl(), 'behaviour', {})
  await tell(storeUrl(), 'faults', [])
})

test.describe('a recorder that does not answer', () => {
  test.use({ expectedNoise: /status of (404|50\d)|React error #441/ })

  test('leaves what is known to be found, and is named where it would have to be asked', async ({ page }) => {
    const unknown = createSessionId('47201101', new Date('2025-05-06T07:08:09Z'), randomUUID())
    const known = findPurpose('advice').sessionId
    await tell(recorderUrl(), 'faults', [{ on: `sessionId=${unknown}`, status: 503 }])
    await page.goto(`/sessions?q=${unknown}+${known}`)
    const lines = page.getByRole('region', { name: 'What was understood' }).getByRole('listitem')
    await expect(lines.filter({ hasText: known })).toContainText('1 archive in Retail EU.')
    await expect(lines.filter({ hasText: unknown })).toContainText(
      'the recorder of Retail EU could not be asked',
    )
    await expect(page.getByRole('status').filter({ hasText: 'Retail EU may be out of date' })).toBeVisible()

    await page.goto(`/sessions/${unknown}`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/recorder does not answer/)
    await expect(page.getByText('recorder-unavailable')).toBeVisible()
    await page.goto(`/sessions/${known}`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(known)

    await tell(recorderUrl(), 'faults', [])
    await page.goto(`/sessions/${unknown}`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('No archive of this session is known')
  })
})

test('a store that stumbles is asked again, and no byte is lost or sent twice', async () => {
  const { archiveId } = await layOwnArchive('encrypted.mp4')
  const plaintext = readPlaintext('encrypted.mp4')
  const visitor = await visit(REVIEWER)
  const { href } = await openArchive(visitor, archiveId)
  const faults: readonly Fault[] = [
    { status: 503, times: 2 },
    { status: 500, times: 1 },
    { resetAfterBytes: 40_000, times: 2 },
    { resetAfterBytes: 0, times: 1 },
  ]
  for (const fault of faults) {
    await tell(storeUrl(), 'faults', [orderOf(archiveId, fault)])
    const answer = await send(visitor, href, { headers: { range: 'bytes=1000-200000' } })
    expect(answer.bytes.equals(plaintext.subarray(1000, 200_001)), JSON.stringify(fault)).toBe(true)
  }
})

test('a store that has another answer than was asked for is not believed', async () => {
  const { archiveId } = await layOwnArchive('encrypted.mp4')
  const visitor = await visit(REVIEWER)
  const { href } = await openArchive(visitor, archiveId)
  await tell(storeUrl(), 'faults', [orderOf(archiveId, { ignoreRange: true })])
  const answer = await send(visitor, href, { headers: { range: 'bytes=5000-5999' } })
  expect(sayAnswer(answer)).toBe('502 storage-misbehaved')
  await tell(storeUrl(), 'faults', [orderOf(archiveId, { status: 403 })])
  const refused = await send(visitor, href, { headers: { range: 'bytes=5000-5999' } })
  expect(sayAnswer(refused)).toBe('502 storage-forbidden')
  expect(readProblem(refused).detail).not.toContain(readStack().s3.accessKeyId)
})

test('an address of the recorder’s cloud that has died is renewed while it plays', async () => {
  const { archiveId, sample } = findPurpose('cloud')
  const plaintext = readPlaintext(sample ?? '')
  const visitor = await visit(REVIEWER)
  await tell(recorderUrl(), 'behaviour', { urlLifeSeconds: 3 })
  const { href } = await openArchive(visitor, archiveId)
  for (const from of [50_000, 100_000]) {
    await new Promise((resolve) => setTimeout(resolve, 3500))
    const answer = await send(visitor, href, { headers: { range: `bytes=${from}-${from + 9999}` } })
    expect(answer.bytes.equals(plaintext.subarray(from, from + 10_000))).toBe(true)
  }
})

test.describe('a store that is gone while somebody watches', () => {
  test.use({ expectedNoise: /status of 502/ })

  test('stops the player with its reason, which opens again at the same second', async ({ page }) => {
    const archive = await layOwnArchive('advice.mpegts')
    await playRecording(page, archive)
    await pause(page)
    await tell(storeUrl(), 'faults', [orderOf(archive.archiveId, { status: 503 })])
    await videoOf(page).evaluate((video: HTMLVideoElement) => {
      video.currentTime = 61
    })
    const plate = page.getByRole('alert').filter({ hasText: /storage-unavailable · [0-9a-f-]{36}/ })
    await expect(plate).toContainText('Try again in a minute', { timeout: 60_000 })
    await tell(storeUrl(), 'faults', [])
    await plate.getByRole('button', { name: 'Open again at 1:01' }).click()
    await expect.poll(async () => (await readVideo(page)).seconds).toBeGreaterThan(61)
    await pause(page)
    await seekTo(page, 20)
  })
})
