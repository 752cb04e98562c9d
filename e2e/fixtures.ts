// What browser tests begin with: the stack's facts, and being signed in.
import { readFileSync } from 'node:fs'
import { test as base, expect, type Page } from '@playwright/test'
import type { StackInfo } from './stack/stack.ts'

export { expect } from '@playwright/test'

/** What {@link StackInfo} says of the stack that this run has started. */
export function readStack(): StackInfo {
  return parseStack(readFileSync(process.env.RECORDROOM_STACK ?? '', 'utf8'))
}

function parseStack(text: string): StackInfo {
  return JSON.parse(text) as StackInfo
}

export const test = base.extend<{ stack: StackInfo }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to see what a fixture needs.
  stack: async ({}, use) => use(readStack()),
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  baseURL: async ({}, use) => use(readStack().portalUrl),
})

/** Opens an address of the portal as somebody of the demo, by way of the identity provider. */
export async function signIn(page: Page, email: string, path = '/'): Promise<void> {
  const person = readStack().people.find((candidate) => candidate.email === email)
  await page.goto(path)
  await page.getByRole('button', { name: /sign in/i }).click()
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(person?.password ?? '')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL((url) => url.origin === readStack().portalUrl && url.pathname !== '/sign-in')
}

/** Identifiers of an archive of the demo by what it is there to show (`purposes` of the stack). */
export function findPurpose(name: string): { archiveId: string; sessionId: string; sample: string | null } {
  const purpose = readStack().purposes[name]
  if (purpose === undefined) throw new Error(`The demo has no archive ${name}.`)
  return purpose
}
