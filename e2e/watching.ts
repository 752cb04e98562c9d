// Somebody who watches a recording, and their line in the log.
import type { Locator, Page } from '@playwright/test'
import { change, send } from './asking.ts'
import { expect, findPurpose, REVIEWER, visit } from './fixtures.ts'
import { type LogRow, readViewing } from './log-rows.ts'
import { openArchive } from './stack/visitor.ts'

/** Somebody opens a recording, is served all of it, says what they played, and closes it. */
export async function watch(name: string): Promise<{ viewingId: string; rows: LogRow[] }> {
  const visitor = await visit(REVIEWER)
  const { viewingId } = await openArchive(visitor, findPurpose(name).archiveId)
  await send(visitor, `/viewings/${viewingId}/segments/0.ts`)
  await send(visitor, `/viewings/${viewingId}/segments/0.ts`)
  const json = { positionSeconds: 9, played: [[2, 9]], rate: 1, visible: true }
  expect((await change(visitor, `/viewings/${viewingId}/progress`, { json })).status).toBe(204)
  expect((await change(visitor, `/viewings/${viewingId}`, { method: 'DELETE' })).status).toBe(204)
  return { viewingId, rows: await readViewing(viewingId) }
}

export function linesOf(page: Page): Locator {
  return page.getByRole('table', { name: 'Log' }).locator('tbody')
}

/** The line of a row, by its number. */
export function lineOf(page: Page, id: string): Locator {
  const button = page.getByRole('button', { name: new RegExp(` (Open|Close) line ${id}: `) })
  return linesOf(page).filter({ has: button })
}
