// A browser in which somebody watches by the portal's own player.
import { type Browser, chromium, type Page } from '@playwright/test'
import type { LaidArchive } from '../stack/lay-archive.ts'
import type { Visitor } from '../stack/visitor.ts'
import { findChromium } from '../system-programs.ts'

export type Screen = {
  /** Ends once the player has let go of the recording, with when it was last to be seen, as milliseconds; null when it still is. */
  awaitGone(): Promise<number | null>
  close(): Promise<void>
}

const PLAYS_WITHIN_MS = 60_000
const WATCHED_MS = 20_000
const LOOK_EACH_MS = 50

export function openBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  return chromium.launch({
    ...(executablePath === null ? {} : { executablePath }),
    args: [
      '--disable-background-networking',
      '--autoplay-policy=no-user-gesture-required',
      // Chromium refuses its sandbox to root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  })
}

/** Opens a recording's page, says why, and waits until the picture moves. */
export async function openScreen(
  browser: Browser,
  visitor: Visitor,
  { sessionId, archiveId }: Pick<LaidArchive, 'sessionId' | 'archiveId'>,
): Promise<Screen> {
  const context = await browser.newContext({ locale: 'en-GB' })
  await context.addCookies(
    visitor.cookie.split('; ').map((pair) => {
      const at = pair.indexOf('=')
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url: visitor.portalUrl }
    }),
  )
  const page = await context.newPage()
  page.setDefaultTimeout(PLAYS_WITHIN_MS)
  await page.goto(`${visitor.portalUrl}/sessions/${sessionId}?archive=${archiveId}`)
  await page.getByRole('main').getByRole('button', { name: 'Play', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Why do you open this recording?' })
  await dialog.getByLabel('Reason').selectOption('Quality review')
  await dialog.getByLabel('In your own words').fill('To see how soon it ends.')
  await dialog.getByRole('button', { name: 'Play' }).click()
  await page.waitForFunction(() => {
    const video = document.querySelector('video')
    return video !== null && video.readyState >= 2 && !video.paused && video.currentTime > 0.3
  })
  return { awaitGone: () => awaitGone(page), close: () => context.close() }
}

/** An element without data shows nothing, whatever it showed before, and one that is covered not either. */
async function awaitGone(page: Page): Promise<number | null> {
  const seen = page.evaluate(
    async ({ eachMs, withinMs }) => {
      let seenMs = Date.now()
      for (const begunMs = Date.now(); Date.now() - begunMs < withinMs; ) {
        if ((document.querySelector('video')?.readyState ?? 0) === 0) return seenMs
        if (document.querySelector('[data-testid="cover"]') === null) seenMs = Date.now()
        await new Promise((resolve) => setTimeout(resolve, eachMs))
      }
      return null
    },
    { eachMs: LOOK_EACH_MS, withinMs: WATCHED_MS },
  )
  // A screen that was closed under it has shown nothing gone.
  return seen.catch(() => null)
}
