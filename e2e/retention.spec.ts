// How long the log is kept: two administrators choose, an auditor holds and has erased, and every other is refused.
import type { Page } from '@playwright/test'
import { change, sayAnswer } from './asking.ts'
import { giveWord, openDesk, rowOf } from './desk.ts'
import { ADMIN, AUDITOR, expect, findPurpose, test, visit } from './fixtures.ts'
import { query } from './log-rows.ts'
import { lineOf, watch } from './watching.ts'

const ADMIN2 = 'admin2@demo.test'
const OPEN = 'Changes that wait'
const KEPT = 'How long the log is kept'
const WHY = 'A client’s name was typed into the reason.'

test.use({ as: ADMIN, expectedNoise: /status of (403|409|422)/ })

async function approve(desk: Page, words: string): Promise<void> {
  await desk.goto('/projects')
  const row = rowOf(desk, OPEN, words)
  await row.getByRole('button', { name: /^Approve/ }).click()
  await giveWord(desk, 'Approve', '')
  await expect(row).toHaveCount(0)
}

test('a rule is chosen by nobody, proposed by one administrator and agreed by another', async ({
  page,
  browser,
}) => {
  await page.goto('/projects')
  const region = page.getByRole('region', { name: KEPT })
  await expect(region).toContainText('Not chosen yet')
  const own = rowOf(page, KEPT, 'The portal itself')
  await expect(own).toContainText('not chosen')
  await own.getByRole('button', { name: /^Choose/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Propose' }).click()
  await expect(dialog.getByRole('alert')).toContainText('whole months')
  await dialog.getByLabel('What others are bound to').selectOption('PCI DSS: 1 year')
  await expect(dialog.getByLabel('Personal values, in months')).toHaveValue('12')
  await dialog.getByLabel('Lines, in months').fill('6')
  await expect(dialog.getByRole('alert')).toContainText('at least as long')
  await dialog.getByLabel('Lines, in months').fill('24')
  await dialog.getByRole('button', { name: 'Count what would go' }).click()
  await expect(dialog.getByRole('status')).toContainText('No personal values are past yet')
  await dialog.getByRole('button', { name: 'Propose' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(page.getByRole('status').filter({ hasText: 'waits for a second administrator' })).toBeVisible()
  const waiting = rowOf(page, OPEN, 'personal values in the log: not chosen becomes 1 year')
  await expect(waiting).toContainText('another administrator decides it')
  await expect(own).toContainText('not chosen')

  const desk = await openDesk(browser, ADMIN2, '/projects')
  await approve(desk, 'personal values in the log: not chosen becomes 1 year')
  await expect(rowOf(desk, KEPT, 'The portal itself')).toContainText('2 years')
  await page.reload()
  await expect(own).toContainText('1 year')
  await desk.context().close()
})

test('an auditor asks that a line is erased, an administrator agrees, and the log says erased', async ({
  page,
  browser,
}) => {
  const { rows } = await watch('three-1')
  const id = rows[0]?.id ?? ''
  const desk = await openDesk(browser, AUDITOR, `/audit?session=${findPurpose('three-1').archiveId}`)
  await desk.getByRole('button', { name: `Open line ${id}: opened a recording` }).click()
  const line = lineOf(desk, id)
  await expect(line).toContainText('To see how the portal bears it.')
  await line.getByRole('button', { name: `Ask to erase its personal values: line ${id}` }).click()
  await giveWord(desk, 'Ask', WHY)
  await desk.goto('/audit/retention')
  await expect(rowOf(desk, 'Waits for an administrator', `line ${id} of`)).toContainText(WHY)

  await page.goto('/projects')
  await expect(rowOf(page, OPEN, `line ${id} of`)).toContainText(WHY)
  await approve(page, `line ${id} of`)
  await desk.goto(`/audit?session=${findPurpose('three-1').archiveId}`)
  await desk.getByRole('button', { name: `Open line ${id}: opened a recording` }).click()
  await expect(lineOf(desk, id)).toContainText('erased')
  await expect(lineOf(desk, id)).not.toContainText('To see how the portal bears it.')
  await expect(lineOf(desk, id).getByRole('button', { name: /^Ask to erase/ })).toHaveCount(0)
  await desk.goto('/audit/retention')
  await expect(rowOf(desk, 'Erasures', WHY)).toContainText('and')
  await desk.context().close()
})

test('a hold is placed by an auditor, keeps a line from being erased, and is released by two', async ({
  browser,
  page,
}) => {
  const reference = `H-${Date.now()}`
  const desk = await openDesk(browser, AUDITOR, '/audit/retention')
  await desk.getByRole('button', { name: 'Place a hold' }).click()
  const dialog = desk.getByRole('dialog')
  await dialog.getByLabel('Case').fill(reference)
  await expect(dialog.getByLabel('Why')).toHaveAccessibleDescription(/Name nobody here/)
  await dialog.getByLabel('Why').fill('A court asks for this case.')
  await dialog.getByRole('button', { name: 'Place', exact: true }).click()
  await expect(dialog).toHaveCount(0)
  const row = rowOf(desk, 'Holds', reference)
  await row.getByRole('button', { name: /^Ask for the release/ }).click()
  await giveWord(desk, 'Ask', 'The court has decided.')
  await approve(page, 'The court has decided.')
  await desk.reload()
  await expect(row).toContainText('released by')
  const done = await query<{ action: string }>(
    `SELECT action FROM audit.log WHERE action = 'hold.changed' AND (case_reference = $1 OR reason IS NULL)`,
    [reference],
  )
  expect(done.length).toBeGreaterThan(1)
  // A foreign origin, and somebody who may not.
  const json = { caseReference: reference, reason: 'Not by an administrator.' }
  expect(sayAnswer(await change(await visit(ADMIN), '/audit/holds', { json }))).toBe('403 forbidden')
  await desk.context().close()
})
