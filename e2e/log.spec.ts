import { send } from './asking.ts'
import { AUDITOR, expect, findPurpose, REVIEWER, test, visit } from './fixtures.ts'
import { type LogRow, query } from './log-rows.ts'
import { lineOf, watch } from './watching.ts'

test.use({ as: AUDITOR })

test('a viewing is one line, with what was served and what was claimed, and unfolds to its windows', async ({
  page,
}) => {
  const { archiveId, sessionId } = findPurpose('three-3')
  const { viewingId, rows } = await watch('three-3')
  await page.goto(`/audit?session=${archiveId}`)
  const line = lineOf(page, rows[0]?.id ?? '')
  await expect(line).toContainText('opened a recording')
  await expect(line).toContainText('Robin Reviewer')
  await expect(line).toContainText('Retail EU')
  await expect(line).toContainText('quality')
  await expect(line).toContainText(/0:2\d served, .* in 2 windows/)
  await expect(line).toContainText('0:07 claimed played')
  await expect(lineOf(page, rows.find(({ action }) => action === 'viewing.window')?.id ?? '')).toHaveCount(0)

  await line.getByRole('link', { name: /^Unfold the windows/ }).click()
  const unfolded = page.getByRole('region', { name: 'Everything on record about this viewing' })
  const acts = unfolded.getByRole('listitem')
  await expect(acts.filter({ hasText: 'was served' })).toHaveCount(2)
  await expect(acts.filter({ hasText: 'viewing ended' })).toContainText('claimed 0:02–0:09')
  await expect(acts.filter({ hasText: 'key used' })).toHaveCount(1)

  await unfolded.getByRole('link', { name: 'This viewing by itself' }).click()
  await expect(page).toHaveURL((url) => url.searchParams.get('viewing') === viewingId)
  const actions = rows.map(({ id }) => id)
  const shown = page.getByRole('table', { name: 'Log' }).locator('tbody')
  await expect(shown).toHaveCount(actions.length)
  await expect(shown.first()).toContainText('opened a recording')
  await page.getByRole('link', { name: 'Show all' }).click()
  await expect(page).toHaveURL((url) => `${url.pathname}${url.search}` === '/audit')
  await page.getByLabel('Session or archive ID').fill(` "${sessionId}" `)
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(lineOf(page, rows[0]?.id ?? '')).toBeVisible()
})

test('a line opens to all that it holds, and its address stays a link to it', async ({ page }) => {
  const { rows } = await watch('three-2')
  const id = rows[0]?.id ?? ''
  await page.goto(`/audit?session=${findPurpose('three-2').archiveId}`)
  await page.getByRole('button', { name: `Open line ${id}: opened a recording` }).click()
  const line = lineOf(page, id)
  for (const fact of [
    rows[0]?.at.toISOString() ?? '',
    'opened a recording (viewing.opened)',
    REVIEWER,
    '127.0.0.1',
    findPurpose('three-2').sessionId,
    'To see how the portal bears it.',
    rows[0]?.request_id ?? '',
  ]) {
    await expect(line).toContainText(fact)
  }
  await page.reload()
  await expect(page.getByRole('button', { name: `Close line ${id}: opened a recording` })).toBeVisible()
  await expect(line).toContainText('To see how the portal bears it.')
})

test('filters by person and by action say in the address what is shown', async ({ page, stack }) => {
  await watch('three-1')
  await page.goto('/audit')
  await page.getByLabel('Person').fill(REVIEWER)
  await page.getByLabel('Action').selectOption({ label: 'opened a recording' })
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(page).toHaveURL(
    (url) =>
      url.searchParams.get('person') === REVIEWER && url.searchParams.get('action') === 'viewing.opened',
  )
  const lines = page.getByRole('table', { name: 'Log' }).locator('tbody')
  await expect(lines.first()).toContainText('Robin Reviewer')
  const count = await lines.count()
  await expect(
    lines.filter({ hasText: 'Robin Reviewer' }).filter({ hasText: 'opened a recording' }),
  ).toHaveCount(count)

  await page.goBack()
  await expect(page).toHaveURL(`${stack.portalUrl}/audit`)
  await expect(page.getByLabel('Person')).toHaveValue('')
  await page.getByLabel('Person').fill('nobody of that name')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Nothing on record' })).toBeVisible()
  await page.getByRole('link', { name: 'Show all' }).click()
  await expect(lines.first()).toBeVisible()
})

test('a filter that cannot be read is said where it stands, and nothing is looked for', async ({ page }) => {
  for (const [query, label, sentence] of [
    ['session=hello', 'Session or archive ID', 'There is no session ID in this'],
    ['action=curiosity', 'Action', 'The log knows no such action.'],
    ['from=2026-02-30', /^From/, '“from” is no time that there is in UTC'],
    ['address=here', 'IP address', 'This is not an IP address.'],
  ] as const) {
    const response = await page.goto(`/audit?${query}`)
    expect(response?.status()).toBe(200)
    const field = page.getByLabel(label)
    await expect(field).toHaveAttribute('aria-invalid', 'true')
    await expect(field).toHaveAccessibleDescription(new RegExp(sentence))
    await expect(page.getByRole('alert').filter({ hasText: 'Nothing was looked for' })).toBeVisible()
    await expect(page.getByRole('table', { name: 'Log' })).toHaveCount(0)
    await expect(page.getByText('Export', { exact: true })).toHaveCount(0)
  }
})

test('what is wrong with no one field is said above where the log would be', async ({ page }) => {
  for (const [query, sentence] of [
    ['viewing=x', 'This is not the ID of a viewing.'],
    ['after=x', 'The place to go on from is not one that this page gave.'],
    ['colour=red', 'The log has no filter “colour”.'],
    ['from=2026-11-24&to=2026-11-20', 'The time to look through ends before it begins.'],
    ['zone=Middle/Earth', 'No time zone has this name.'],
  ] as const) {
    await page.goto(`/audit?${query}`)
    await expect(page.getByRole('alert').filter({ hasText: sentence })).toBeVisible()
    await expect(page.getByRole('table', { name: 'Log' })).toHaveCount(0)
  }
})

test('older lines are a page away, and back again', async ({ page }) => {
  await page.goto('/audit')
  const openers = page.getByRole('button', { name: / Open line / })
  await expect(openers).toHaveCount(50)
  const readIds = async () =>
    (await openers.allTextContents()).map((text) => Number(/line (\d+)/.exec(text)?.[1]))
  const newest = await readIds()
  await page.getByRole('link', { name: 'Older', exact: true }).click()
  await expect(page.getByRole('link', { name: 'Newest', exact: true })).toBeVisible()
  const shown = [...newest, ...(await readIds())]
  // By time: of two rows written at once, the earlier may have the greater number.
  const rows = await query<{ id: string }>(
    'SELECT id FROM audit.log WHERE id = ANY ($1::bigint[]) ORDER BY at DESC, id DESC',
    [shown],
  )
  expect(shown).toEqual(rows.map(({ id }) => Number(id)))
})

test('reading the log is on the log', async ({ page }) => {
  const { archiveId } = findPurpose('audio')
  const response = await page.goto(`/audit?session=${archiveId}`)
  const rows = await query<LogRow>('SELECT * FROM audit.log WHERE request_id = $1', [
    response?.headers()['x-request-id'],
  ])
  expect(rows).toMatchObject([
    { action: 'log.searched', outcome: 'allowed', actor_email: AUDITOR, archive_id: archiveId },
  ])
  await page.goto('/audit?action=log.searched')
  await expect(page.getByRole('table', { name: 'Log' }).locator('tbody').first()).toContainText('Ari Auditor')
})

test('a search, a look at a session and a sign-in are on record with who did it and from where', async ({
  stack,
}) => {
  const visitor = await visit(REVIEWER)
  const { sessionId } = findPurpose('azure')
  const answers = [
    await send(visitor, `/sessions/search?q=${sessionId}`),
    await send(visitor, `/sessions/${sessionId}`),
    await send(null, `${'/sessions/search'}`),
  ]
  const read = async (requestId: unknown) =>
    query<LogRow>('SELECT * FROM audit.log WHERE request_id = $1 ORDER BY id', [requestId])
  const [search, look] = await Promise.all(answers.map(({ headers }) => read(headers['x-request-id'])))
  const who = { actor_email: REVIEWER, outcome: 'allowed', address: '127.0.0.1' }
  expect(search).toMatchObject([{ ...who, action: 'session.searched', session_id: sessionId }])
  expect(look).toMatchObject([
    { ...who, action: 'recording.viewed', session_id: sessionId, project: 'Retail EU' },
  ])
  const [signIn] = await query<LogRow>(
    `SELECT * FROM audit.log WHERE action = 'sign-in.succeeded' AND actor_email = $1 ORDER BY id DESC LIMIT 1`,
    [REVIEWER],
  )
  expect(signIn).toMatchObject(who)
  expect(signIn?.actor_subject).toMatch(/^[0-9a-f]{24}$/)
  expect(stack.people.map(({ email }) => email)).toContain(signIn?.actor_email)
})

test('other programs read the log by a view of the columns that were promised', async () => {
  const columns = await query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'audit' AND table_name = 'log' ORDER BY ordinal_position`,
  )
  expect(columns.map(({ name }) => name)).toEqual([
    ...['id', 'at', 'action', 'outcome', 'code', 'actor_email', 'actor_subject', 'project', 'session_id'],
    ...['archive_id', 'viewing_id', 'window_start', 'window_end', 'bytes', 'reason_code', 'reason'],
    ...['case_reference', 'address', 'request_id'],
  ])
})

test('a viewing’s rows each say who, what, why and from where', async () => {
  const { viewingId, rows } = await watch('azure')
  const { sessionId, archiveId } = findPurpose('azure')
  expect(rows.map(({ action }) => action)).toEqual([
    ...['viewing.opened', 'key.used', 'viewing.window', 'viewing.window', 'viewing.closed'],
  ])
  for (const row of rows) {
    expect(row).toMatchObject({
      ...{
        outcome: 'allowed',
        code: null,
        actor_email: REVIEWER,
        project: 'Retail EU',
        session_id: sessionId,
      },
      ...{ archive_id: archiveId, viewing_id: viewingId, reason_code: 'quality', address: '127.0.0.1' },
    })
  }
  const [window] = rows.filter(({ action }) => action === 'viewing.window')
  const length = Number(window?.window_end) - Number(window?.window_start)
  expect(Number(window?.bytes)).toBe(length + 376)
})

test('the role that the portal runs with can add to the log and change nothing', async () => {
  const forbidden = [
    `UPDATE audit.events SET outcome = 'allowed'`,
    'DELETE FROM audit.events',
    'TRUNCATE audit.events',
    `INSERT INTO audit.events (action) VALUES ('log.searched')`,
    'ALTER TABLE audit.events DISABLE TRIGGER ALL',
    'DROP VIEW audit.log',
    'SET ROLE recordroom_owner',
    `COPY audit.events TO PROGRAM 'cat'`,
  ]
  for (const sql of forbidden)
    await expect(query(sql), sql).rejects.toThrow(/permission denied|must be owner|must be superuser/)
})
