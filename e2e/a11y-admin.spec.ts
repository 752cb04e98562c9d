import { expectAccessible } from './accessible.ts'
import { addWebhook } from './adding-webhook.ts'
import { type Answer, change, sayAnswer } from './asking.ts'
import { openPerson, rowOf } from './desk.ts'
import { ADMIN, expect, findPurpose, NOBODY, REVIEWER, test, visit } from './fixtures.ts'
import { ABSENT, GUARDED } from './guarded.ts'
import { query } from './log-rows.ts'
import { layOwnArchive } from './own-archive.ts'
import { PROJECTS } from './stack/scenario.ts'

const ADMIN2 = 'admin2@demo.test'
const until = () => new Date(Date.now() + 86_400_000).toISOString()
const say = () => `To be looked at (${Date.now()}).`

test.use({ as: ADMIN })

/** Has somebody make something in the portal. */
async function make(email: string, path: string, json: unknown): Promise<Answer> {
  const answer = await change(await visit(email), path, { json })
  expect(sayAnswer(answer), path).toMatch(/^20[12]$/)
  return answer
}

test('access: mine, people, and the dialog that asks', async ({ page }) => {
  await page.goto('/access')
  await expectAccessible(page, 'my access')
  await page.getByRole('button', { name: 'Ask for access' }).click()
  await expect(page.getByRole('dialog', { name: 'Ask for access' })).toBeVisible()
  await expectAccessible(page, 'asking for access')
  await page.goto('/access/people')
  await expectAccessible(page, 'people')
})

test('somebody, their roles, and the dialogs that disable them and take back', async ({ page }) => {
  const reason = say()
  const given = {
    email: ABSENT,
    project: PROJECTS[0].name,
    rights: ['recording:find'],
    until: until(),
    reason,
  }
  await make(ADMIN, '/access/grants', given)
  await query(`UPDATE people SET proposed_roles = '{auditor}' WHERE email = $1`, [ABSENT])
  await openPerson(page, ABSENT)
  await expect(page.getByText('The sign-in service proposes: Auditor, all projects.')).toBeVisible()
  await page.getByLabel('Auditor', { exact: true }).selectOption('for listed projects')
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
  await expectAccessible(page, 'somebody, with roles that do not go together')
  await page.getByRole('button', { name: 'Undo' }).click()
  await rowOf(page, 'What this person can see', reason)
    .getByRole('button', { name: /^Take back/ })
    .click()
  await expect(page.getByRole('dialog', { name: 'Take the grant back?' })).toBeVisible()
  await expectAccessible(page, 'taking a grant back')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await expectAccessible(page, 'disabling somebody, with a word that is missing')
})

test('requests, and the dialogs that decide them', async ({ page }) => {
  const reason = say()
  const wanted = { project: PROJECTS[0].name, rights: ['recording:play'], until: until(), reason }
  await make(NOBODY, '/access/requests', wanted)
  await make(ADMIN, '/access/requests', wanted)
  await page.goto('/access/inbox')
  const asked = rowOf(page, 'Open requests', reason).filter({ hasText: NOBODY })
  await asked.getByRole('button', { name: /^Approve/ }).click()
  await expectAccessible(page, 'approving')
  await page.keyboard.press('Escape')
  await asked.getByRole('button', { name: /^Refuse/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click()
  await expectAccessible(page, 'refusing, with a word that is missing')
})

test('grants that wait, and the second word', async ({ page }) => {
  const reason = say()
  const given = { project: GUARDED.name, rights: ['recording:play'], until: until(), reason }
  await make(ADMIN, '/access/grants', { ...given, email: ABSENT })
  await make(ADMIN2, '/access/grants', { ...given, email: 'looked@demo.test' })
  await page.goto('/access/inbox')
  const waiting = rowOf(page, 'Waiting for a second administrator', reason)
  await expect(waiting).toHaveCount(2)
  await expectAccessible(page, 'grants that wait')
  const theirs = waiting.filter({ hasText: 'looked@demo.test' })
  await theirs.getByRole('button', { name: /^Approve/ }).click()
  await expect(page.getByRole('dialog', { name: 'Approve as the second administrator' })).toBeVisible()
  await expectAccessible(page, 'approving as the second')
  await page.keyboard.press('Escape')
  await theirs.getByRole('button', { name: /^Refuse/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click()
  await expectAccessible(page, 'refusing as the second, with a word that is missing')
})

test('who can see what, and the dialog that gives a grant', async ({ page }) => {
  await page.goto(`/access/who?of=${findPurpose('three-1').sessionId}`)
  await expectAccessible(page, 'who can see a session')
  await page.getByRole('button', { name: 'Give a grant' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Give', exact: true }).click()
  await expectAccessible(page, 'giving a grant, with what is missing')
  await page.goto('/access/who?of=Nowhere')
  await expectAccessible(page, 'nothing found')
  await openPerson(page, REVIEWER)
  await page.getByLabel('Reviewer', { exact: true }).selectOption('for listed projects')
  await expectAccessible(page, 'somebody’s roles for listed projects')
})

test('restricting a recording, and lifting that', async ({ page }) => {
  const { archiveId } = await layOwnArchive('three-1.mpegts')
  await page.goto(`/access/who?of=${archiveId}`)
  const recording = rowOf(page, 'Recordings', archiveId)
  await recording.getByRole('button', { name: /^Restrict/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Restrict this recording?' })
  await dialog.getByRole('button', { name: 'Restrict' }).click()
  await expectAccessible(page, 'restricting, with a word that is missing')
  await dialog.getByLabel('Why').fill('To be looked at by nobody.')
  await dialog.getByRole('button', { name: 'Restrict' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(recording).toContainText('restricted')
  await expectAccessible(page, 'a restricted recording')
  await recording.getByRole('button', { name: /^Lift restriction/ }).click()
  await expect(page.getByRole('dialog', { name: 'Lift the restriction?' })).toBeVisible()
  await expectAccessible(page, 'lifting a restriction')
})

test('the review', async ({ page }) => {
  const given = { rights: ['recording:play'], until: until(), reason: say(), email: 'looked@demo.test' }
  await make(ADMIN, '/access/grants', { ...given, project: PROJECTS[0].name })
  await page.goto('/access/review')
  await page.keyboard.press('j')
  await expectAccessible(page, 'the review')
})

test('projects, their changes that wait, and the dialogs that decide them', async ({ page }) => {
  const url = `https://${Date.now()}.example/hook`
  const webhook = { project: GUARDED.name, url, events: ['grant.ending'] }
  const { changeId } = parseMade(await make(ADMIN2, '/projects/webhooks', webhook))
  const refused = { json: { approve: false, word: 'To be looked at once decided.' } }
  const decision = `/projects/changes/${changeId}/decision`
  expect(sayAnswer(await change(await visit(ADMIN), decision, refused))).toBe('200')
  await make(ADMIN, '/projects/webhooks', webhook)
  await make(ADMIN2, '/projects/webhooks', webhook)
  await page.goto('/projects')
  const waiting = rowOf(page, 'Changes that wait', new URL(url).host)
  await expect(waiting).toHaveCount(2)
  await page.locator('summary', { hasText: 'Decided lately' }).click()
  await expect(page.getByRole('table', { name: 'Changes decided lately' })).toBeVisible()
  await expectAccessible(page, 'projects and their changes')
  await waiting.getByRole('button', { name: /^Approve/ }).click()
  await expect(page.getByRole('dialog', { name: `Approve a change of ${GUARDED.name}` })).toBeVisible()
  await expectAccessible(page, 'approving a change')
  await page.keyboard.press('Escape')
  await waiting.getByRole('button', { name: /^Refuse/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click()
  await expectAccessible(page, 'refusing a change, with a word that is missing')
})

test('how long the log is kept, and choosing it', async ({ page }) => {
  await page.goto('/projects')
  await page.getByRole('button', { name: /how long the log of the portal itself is kept$/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Personal values, in months').fill('12')
  await dialog.getByLabel('Lines, in months').fill('6')
  await dialog.getByRole('button', { name: 'Propose' }).click()
  await expect(dialog.getByRole('alert')).toBeVisible()
  await expectAccessible(page, 'choosing how long the log is kept, with what is wrong')
})

test('webhooks: adding one, its secret, its card, and removing it', async ({ page, stack }) => {
  const url = `${stack.projects[0]?.apiUrl}/looked-at`
  await page.goto('/projects')
  await page.getByRole('button', { name: 'Add a webhook' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByText('Choose one event at least.')).toBeVisible()
  await expectAccessible(page, 'adding a webhook, with what is missing')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).last().click()
  const { id } = await addWebhook(page, { toldOf: PROJECTS[1].name, url, event: 'request.lapsed' })
  await expectAccessible(page, 'the secret of a webhook')
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await query(
    `INSERT INTO webhook_deliveries (id, webhook_id, event, body, attempts, dead_at, next_attempt_at, last_status, last_error)
     VALUES (gen_random_uuid(), $1, 'request.lapsed', '{}', 8, now(), NULL, 404, 'answered 404')`,
    [id],
  )
  await page.reload()
  const card = page.getByRole('article', { name: url })
  await card.getByRole('button', { name: /^Test/ }).click()
  await expect(card.getByRole('status')).toHaveText('Not taken: answered 404.')
  await expectAccessible(page, 'a webhook that fails')
  await card.getByRole('button', { name: /^Remove/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove a webhook' })
  await expect(dialog).toBeVisible()
  await expectAccessible(page, 'removing a webhook')
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await expect(card).toHaveCount(0)
  await addWebhook(page, { toldOf: GUARDED.name, url, event: 'request.lapsed' })
  await expectAccessible(page, 'the secret of a webhook that waits')
})

function parseMade({ bytes }: Answer): { changeId: string } {
  return JSON.parse(bytes.toString()) as { changeId: string }
}
