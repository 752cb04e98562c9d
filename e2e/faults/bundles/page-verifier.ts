import { pathToFileURL } from 'node:url'
import { type Browser, chromium } from '@playwright/test'
import { findChromium } from '../../system-programs.ts'
import type { Scene } from './scenes.ts'

/** What the page says, by what it is marked with. */
const CODES = { whole: 0, fault: 1, open: 2 } as const

export type PageVerifier = {
  verify(scene: Scene): Promise<{ code: number; sentence: string }>
  stop(): Promise<void>
}

/** The page, opened from disk in a browser that has no network; a scene is chosen in it as somebody would. */
export async function startPageVerifier(path: string): Promise<PageVerifier> {
  const browser = await launch()
  const context = await browser.newContext({ offline: true })
  const page = await context.newPage()
  await page.goto(pathToFileURL(path).href)
  return {
    verify: async ({ files, key, anchor, earlier }) => {
      const given = {
        ...{ key: key ?? '', known: [anchor, earlier].filter((text) => text !== null) },
        files: [...files].map(([name, bytes]) => ({ name, base64: bytes.toString('base64') })),
      }
      const { state, sentence } = await page.evaluate(async ({ files, key, known }) => {
        const find = (id: string): HTMLInputElement => document.getElementById(id) as HTMLInputElement
        const choose = (id: string, chosen: readonly File[]): void => {
          const transfer = new DataTransfer()
          for (const file of chosen) transfer.items.add(file)
          find(id).files = transfer.files
        }
        const verdict = find('verdict')
        verdict.dataset.state = 'none'
        find('key').value = key
        choose(
          'known',
          known.map((text) => new File([text], 'checkpoint')),
        )
        const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0))
        choose(
          'folder',
          files.map(({ name, base64 }) => new File([bytesOf(base64)], name)),
        )
        find('folder').dispatchEvent(new Event('change'))
        while (['none', 'busy'].includes(verdict.dataset.state)) await new Promise((done) => setTimeout(done))
        return { state: String(verdict.dataset.state), sentence: verdict.textContent.replaceAll('\n', ' ') }
      }, given)
      return { code: parseState(state), sentence }
    },
    stop: () => browser.close(),
  }
}

function launch(): Promise<Browser> {
  const executablePath = findChromium()
  return chromium.launch({
    ...(executablePath === null ? {} : { executablePath }),
    // Chromium refuses its sandbox to root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
}

function parseState(state: string): number {
  const code = CODES[state as keyof typeof CODES]
  if (code === undefined) throw new Error(`the page says ${state}`)
  return code
}
