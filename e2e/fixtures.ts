// What browser tests begin with: the stack's facts, somebody signed in, and a page that may not complain.
import { readFileSync } from 'node:fs'
import { test as base, expect, type Page } from '@playwright/test'
import type { StackInfo } from './stack/stack.ts'
import { signIn as signInAsVisitor, type Visitor } from './stack/visitor.ts'

export { expect } from '@playwright/test'

export const REVIEWER = 'reviewer@demo.test'
export const ADMIN = 'admin@demo.test'
export const AUDITOR = 'auditor@demo.test'
export const NOBODY = 'nobody@demo.test'

/** What {@link StackInfo} says of the stack that this run has started. */
export function readStack(): StackInfo {
  return parseStack(readFileSync(process.env.RECORDROOM_STACK ?? '', 'utf8'))
}

function parseStack(text: string): StackInfo {
  return JSON.parse(text) as StackInfo
}

type Fixtures = {
  readonly stack: StackInfo
  /** Who is signed in, by mail; null: nobody. */
  readonly as: string | null
  /** What the browser's console may complain of, as `address: words`: refusals that the test provokes. */
  readonly expectedNoise: RegExp | null
}

export const test = base.extend<Fixtures>({
  as: [null, { option: true }],
  expectedNoise: [null, { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to see what a fixture needs.
  stack: async ({}, use) => use(readStack()),
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  baseURL: async ({}, use) => use(readStack().portalUrl),
  storageState: async ({ as }, use) =>
    use({ cookies: as === null ? [] : [await signInCookie(as)], origins: [] }),
  page: async ({ page, expectedNoise, stack }, use) => {
    const noise: string[] = []
    const note = (place: string, words: string): void => {
      const isOurs = place === '' || place.startsWith(stack.portalUrl)
      const line = `${place}: ${words}`
      if (isOurs && expectedNoise?.test(line) !== true) noise.push(line)
    }
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        note(message.location().url, message.text())
    })
    page.on('pageerror', (error) => note('', String(error)))
    await use(page)
    expect(noise, 'what the page complained of').toEqual([])
  },
})

async function signInCookie(email: string) {
  const { cookie } = await visit(email)
  const [, name = '', value = ''] = /((?:__Host-)?next-auth\.session-token)=([^;]+)/.exec(cookie) ?? []
  const { hostname } = new URL(readStack().portalUrl)
  return {
    name,
    value,
    domain: hostname,
    path: '/',
    expires: -1,
    httpOnly: true,
    secure: false,
    sameSite: 'Lax' as const,
  }
}

/** Signs somebody in without a browser. */
export function visit(email: string): Promise<Visitor> {
  return signInAsVisitor(readStack().portalUrl, { email, password: passwordOf(email) })
}

/** Opens an address of the portal as somebody of the demo, by way of the identity provider. */
export async function signIn(page: Page, email: string, path = '/'): Promise<void> {
  await page.goto(path)
  await page.getByRole('button', { name: /sign in/i }).click()
  await fillSignIn(page, email, passwordOf(email))
  await expect(page).toHaveURL((url) => url.origin === readStack().portalUrl && url.pathname !== '/sign-in')
}

/** Says to the identity provider who one is. */
export async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

export function passwordOf(email: string): string {
  return readStack().people.find((person) => person.email === email)?.password ?? ''
}

/** Identifiers of an archive of the demo by what it is there to show (`purposes` of the stack). */
export function findPurpose(name: string): { archiveId: string; sessionId: string; sample: string | null } {
  const purpose = readStack().purposes[name]
  if (purpose === undefined) throw new Error(`The demo has no archive ${name}.`)
  return purpose
}
