// What a reviewer does with a recording in the browser, and what they see.
import type { Locator, Page } from '@playwright/test'
import { expect, findPurpose } from './fixtures.ts'
import { type Frame, findLikest, PICTURE } from './recordings.ts'
import type { LaidArchive } from './stack/lay-archive.ts'
import type { Opened } from './stack/visitor.ts'

export const REASON = 'A sample of this week’s calls, to check the quality of advice.'
/** How far a picture may be from the time asked for: the length of one, and what sound begins before it. */
export const FRAME_SECONDS = 0.065

export function videoOf(page: Page): Locator {
  return page.getByLabel('Recording', { exact: true })
}

export function playButtonOf(page: Page): Locator {
  return page.getByRole('main').getByRole('button', { name: /^Play( from [\d:]+)?$/ })
}

/** Opens the page of an archive, says why, and waits until its first picture is there. */
export async function playRecording(
  page: Page,
  recording: string | Pick<LaidArchive, 'sessionId' | 'archiveId'>,
  query: Record<string, string> = {},
): Promise<Opened> {
  const { sessionId, archiveId } = typeof recording === 'string' ? findPurpose(recording) : recording
  await page.goto(`/sessions/${sessionId}?${new URLSearchParams({ archive: archiveId, ...query })}`)
  await playButtonOf(page).click()
  const opened = await giveReason(page)
  await expect.poll(() => readVideo(page).then(({ readyState }) => readyState)).toBeGreaterThanOrEqual(2)
  return opened
}

/** Fills in the dialog that asks why; answers what the portal has opened. */
export async function giveReason(page: Page): Promise<Opened> {
  const dialog = page.getByRole('dialog', { name: 'Why do you open this recording?' })
  await dialog.getByLabel('Reason').selectOption('Quality review')
  await dialog.getByLabel('In your own words').fill(REASON)
  const answer = page.waitForResponse((response) => isOpening(response.url(), response.request().method()))
  await dialog.getByRole('button', { name: 'Play' }).click()
  return parseOpened(await (await answer).text())
}

export function isOpening(url: string, method: string): boolean {
  return method === 'POST' && new URL(url).pathname === '/viewings'
}

function parseOpened(text: string): Opened {
  return JSON.parse(text) as Opened
}

export type VideoState = {
  readonly seconds: number
  readonly paused: boolean
  readonly seeking: boolean
  readonly readyState: number
  readonly durationSeconds: number
  readonly rate: number
  readonly muted: boolean
  /** The furthest that is held ahead. */
  readonly bufferedTo: number
}

export function readVideo(page: Page): Promise<VideoState> {
  return videoOf(page).evaluate((video: HTMLVideoElement) => ({
    seconds: video.currentTime,
    paused: video.paused,
    seeking: video.seeking,
    readyState: video.readyState,
    durationSeconds: video.duration,
    rate: video.playbackRate,
    muted: video.muted,
    bufferedTo: video.buffered.length === 0 ? 0 : video.buffered.end(video.buffered.length - 1),
  }))
}

/** Pauses, and has the picture of that very time drawn: a busy browser draws late what it plays. */
export async function pause(page: Page): Promise<void> {
  await videoOf(page).evaluate((video: HTMLVideoElement) => video.pause())
  await seekTo(page, (await readVideo(page)).seconds)
}

/** Goes to a time and waits until the player has settled there. */
export async function seekTo(page: Page, seconds: number): Promise<void> {
  await videoOf(page).evaluate((video: HTMLVideoElement, to) => {
    video.currentTime = to
  }, seconds)
  await expectSettled(page)
}

export async function expectSettled(page: Page): Promise<void> {
  const state = async () => {
    const { seeking, readyState } = await readVideo(page)
    return !seeking && readyState >= 2
  }
  await expect.poll(state, { message: 'the seek settles', intervals: [30, 50, 100] }).toBe(true)
}

/** Expects that what is drawn is the sample's picture of the time, as ffmpeg has it. */
export async function expectPicture(page: Page, frames: readonly Frame[], seconds: number): Promise<void> {
  const look = async () => {
    const { difference, seconds: shown } = findLikest(frames, await drawPicture(page))
    return difference < 8 && Math.abs(shown - seconds) <= FRAME_SECONDS
      ? 'its picture'
      : `${shown} (${difference})`
  }
  await expect
    .poll(look, { message: `the picture at ${seconds} s`, intervals: [30, 100, 250] })
    .toBe('its picture')
}

async function drawPicture(page: Page): Promise<Uint8Array> {
  const drawn = await videoOf(page).evaluate((video: HTMLVideoElement, { width, height }) => {
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
    if (context === null) return ''
    context.imageSmoothingQuality = 'high'
    context.drawImage(video, 0, 0, width, height)
    const { data } = context.getImageData(0, 0, width, height)
    const luma = Array.from({ length: width * height }, (_, at) => {
      const [red = 0, green = 0, blue = 0] = data.subarray(4 * at)
      return Math.round(0.299 * red + 0.587 * green + 0.114 * blue)
    })
    return btoa(String.fromCharCode(...luma))
  }, PICTURE)
  return Buffer.from(drawn, 'base64')
}
