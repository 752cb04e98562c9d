import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { askDialogOf, askForAccess } from './asking-dialog.ts'
import { FINDER } from './colleagues.ts'
import { expect, findPurpose, REVIEWER, test } from './fixtures.ts'
import { createSessionId } from './stack/session-id.ts'

test.use({ as: REVIEWER })

const OPAQUE = 'Not found or not yours.'

function boxOf(page: Page) {
  return page.getByRole('textbox', { name: 'Session IDs' })
}

/** The line about one of the things in the box. */
function lineAbout(page: Page, text: string) {
  return page
    .getByRole('region', { name: 'What was understood' })
    .getByRole('listitem')
    .filter({ hasText: text })
}

test('the cursor is in the box, and a pasted ID opens its session, whatever stands around it', async ({
  page,
}) => {
  const { sessionId } = findPurpose('advice')
  for (const pasted of [sessionId, `"${sessionId}"`, `  ‘${sessionId}’ \n`, `\n\n<${sessionId}>,\t`]) {
    await page.goto('/sessions')
    await expect(boxOf(page)).toBeFocused()
    await page.keyboard.insertText(pasted)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(sessionId)
    expect(new URL(page.url()).pathname).toBe(`/sessions/${sessionId}`)
  }
})

test('marks that cannot be seen do not hide an ID', async ({ page }) => {
  const { sessionId } = findPurpose('advice')
  const marked = `\u202e${sessionId.slice(0, 20)}\u200b${sessionId.slice(20)}\u2066\u0000`
  await page.goto(`/sessions?${new URLSearchParams({ q: marked })}`)
  await expect(lineAbout(page, sessionId)).toContainText('1 archive in Retail EU.')
})

test('forty IDs are a line each: found, or not found or not yours', async ({ page }) => {
  const known = ['advice', 'three-1', 'azure', 'audio', 'cloud'].map((name) => findPurpose(name).sessionId)
  const foreign = findPurpose('other-project').sessionId
  const unknown = Array.from({ length: 34 }, () =>
    createSessionId('47201101', new Date('2025-03-04T05:06:07Z'), randomUUID()),
  )
  const pasted = [...known, foreign, ...unknown]
  await page.goto('/sessions')
  await boxOf(page).fill(pasted.join('\n'))
  await page.getByRole('button', { name: 'Find' }).click()
  const lines = page.getByRole('region', { name: 'What was understood' }).getByRole('listitem')
  await expect(lines).toHaveCount(40)
  await expect(page.getByText('5 of 40 found; 35 not found or not yours.')).toBeVisible()
  await expect(lineAbout(page, known[1] ?? '')).toContainText('3 archives in Retail EU.')
  await expect(lineAbout(page, foreign).getByLabel(OPAQUE.replace('.', ''))).toBeVisible()
  await expect(lineAbout(page, unknown[0] ?? '')).toContainText(
    `${OPAQUE} Its ID names Retail EU, 4 March 2025.`,
  )
  await expect(page.getByRole('table', { name: 'Sessions' }).getByRole('row')).toHaveCount(1 + known.length)

  await lineAbout(page, known[0] ?? '')
    .getByRole('link')
    .click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(known[0] ?? '')
  await page.goBack()
  await expect(lines).toHaveCount(40)
})

test('what is not found or not theirs is asked for by its ID, whether it is there or not', async ({
  page,
}) => {
  const foreign = findPurpose('other-project').sessionId
  const nowhere = createSessionId('47201202', new Date('2025-01-01T00:00:00Z'), randomUUID())
  const archiveId = randomUUID()
  await page.goto(`/sessions?${new URLSearchParams({ q: [foreign, nowhere, archiveId].join(' ') })}`)
  for (const [id, scope] of [
    [foreign, { sessionId: foreign }],
    [nowhere, { sessionId: nowhere }],
    [archiveId, { archiveId }],
  ] as const) {
    // The page is read before it can be worked: a click may come too early.
    await expect(async () => {
      await lineAbout(page, id)
        .getByRole('button', { name: `ask for access to ${id}` })
        .click({ timeout: 2_000 })
      await expect(page.getByRole('dialog', { name: 'Ask for access' })).toBeVisible({ timeout: 2_000 })
    }).toPass()
    expect(await askForAccess(page)).toMatchObject({
      ...scope,
      rights: ['recording:find', 'recording:play'],
    })
    const state = lineAbout(page, id).getByRole('status')
    await expect(state).toContainText('asked, waits for an administrator')
    await expect(state).toBeFocused()
  }
  await page.reload()
  for (const id of [foreign, nowhere, archiveId])
    await expect(lineAbout(page, id)).toContainText('asked, waits for an administrator')
  await expect(page.getByRole('button', { name: /^ask for access/ })).toHaveCount(0)
})

test.describe('with the right to find alone', () => {
  test.use({ as: FINDER })

  test('access is asked for on the row: to the recording, its session or the project', async ({ page }) => {
    const { sessionId, archiveId } = findPurpose('encrypted-mp4')
    await page.goto(`/sessions?${new URLSearchParams({ q: sessionId })}`)
    const row = page.getByRole('table', { name: 'Sessions' }).getByRole('row').last()
    await expect(row.getByRole('link', { name: /^play/ })).toHaveCount(0)
    await row.getByRole('button', { name: `ask for access to session ${sessionId}` }).click()
    const what = askDialogOf(page).getByLabel('To what')
    await expect(what.getByRole('option')).toHaveText([
      'This recording',
      'Every recording of this session',
      'Every recording of Retail EU',
    ])
    await expect(what).toBeFocused()
    await askDialogOf(page).getByLabel('Download, too').check()
    expect(await askForAccess(page)).toMatchObject({
      archiveId,
      rights: ['recording:find', 'recording:play', 'recording:download'],
    })
    await expect(row).toContainText('asked, waits for an administrator')
  })
})

test('what is no session ID is answered with a sentence that says what it was taken for', async ({
  page,
}) => {
  const { sessionId, archiveId } = findPurpose('advice')
  const odd: readonly (readonly [pasted: string, sentence: string | RegExp])[] = [
    [
      sessionId.slice(0, 40),
      'This begins like a session ID and seems cut off after 40 characters. Copy it whole.',
    ],
    [
      sessionId.slice(0, 6),
      'This begins like a session ID and is cut off after 6 characters. Copy it whole.',
    ],
    [archiveId, 'This is an archive ID. Its session is shown.'],
    [randomUUID(), `This is an archive ID. ${OPAQUE}`],
    [archiveId.slice(0, 20), 'This looks like an archive ID that is cut off: 20 characters of 36.'],
    ['47201101', 'A number alone looks like an API key; a session ID begins with 1_ or 2_.'],
    ['x'.repeat(10_240), 'There is no session ID in this (10,240 characters).'],
    [`2_${'A'.repeat(10_240)}`, 'This begins like a session ID but has 10,242 characters'],
    ['<script>alert(1)</script><img src=x onerror=alert(2)>', 'There is no session ID in this'],
    ['\u0000\u0000', /^$/],
    ['\u202e\u2066\u200f', /^$/],
    ['100% %00 %zz', 'There is no session ID in this'],
    ["'; DROP TABLE archives; --", 'There is no session ID in this'],
    ['\ud800', 'There is no session ID in this'],
  ]
  for (const [pasted, sentence] of odd) {
    const query = new URLSearchParams({ q: pasted })
    const response = await page.goto(`/sessions?${query}`)
    expect(response?.status()).toBe(200)
    const said = page.getByRole('region', { name: 'What was understood' })
    if (sentence instanceof RegExp) await expect(said).toHaveCount(0)
    else await expect(said).toContainText(sentence)

    const search = await page.request.get(`/sessions/search?${query}`)
    expect(search.status()).toBe(200)
    const { understood } = await search.json()
    const sentences = understood.map((each: { sentence: string }) => each.sentence).join(' ')
    if (sentence instanceof RegExp) expect(sentences).toMatch(sentence)
    else expect(sentences).toContain(sentence)
  }
})

test('what was pasted is shown as text and never as a page', async ({ page }) => {
  const { sessionId } = findPurpose('advice')
  await page.goto(
    `/sessions?${new URLSearchParams({ q: `<b id=planted>${sessionId}</b><script>x</script>` })}`,
  )
  await expect(lineAbout(page, sessionId)).toContainText('1 archive in Retail EU.')
  await expect(page.locator('#planted')).toHaveCount(0)
})

test('more than an address can hold is said before it is sent', async ({ page }) => {
  await page.goto('/sessions')
  await boxOf(page).fill('session '.repeat(4000))
  await page.keyboard.press('Enter')
  await expect(page.getByText('This is more than can be searched at once.')).toBeVisible()
})

test('a deep link of another system leads to the session', async ({ page, stack }) => {
  const { sessionId } = findPurpose('three-1')
  await page.goto(`/s/${sessionId}`)
  await expect(page).toHaveURL(`${stack.portalUrl}/sessions/${sessionId}`)
  await expect(page.getByRole('region', { name: 'Archives on the clock' }).getByRole('button')).toHaveCount(3)
})

test('an ID that is not in the catalogue is asked of its recorder on the spot', async ({ page, stack }) => {
  const [project] = stack.projects
  const madeAt = new Date('2026-02-03T04:05:06Z')
  const sessionId = createSessionId(project?.apiKey ?? '', madeAt, randomUUID())
  await page.goto(`/sessions?q=${sessionId}`)
  await expect(lineAbout(page, sessionId)).toContainText(OPAQUE)

  const archive = { id: randomUUID(), apiKey: project?.apiKey, sessionId, createdAtMs: madeAt.getTime() }
  const added = await page.request.post(`${project?.apiUrl}/-/archives`, {
    data: [{ ...archive, status: 'failed', reason: 'failure', name: 'late' }],
  })
  expect(added.status()).toBe(200)
  await page.reload()
  await expect(lineAbout(page, sessionId)).toContainText('1 archive in Retail EU.')
  const row = page.getByRole('table', { name: 'Sessions' }).getByRole('row').last()
  await expect(row).toContainText('failed')
})

test.describe('what lies outside of a reviewer’s scope', () => {
  test.use({ expectedNoise: /status of 40[034]/ })

  test('is not found or not theirs, whether it is there or not', async ({ page }) => {
    const foreign = findPurpose('other-project').sessionId
    const nowhere = createSessionId('47201202', new Date('2025-01-01T00:00:00Z'), randomUUID())
    const bodies: string[] = []
    for (const sessionId of [foreign, nowhere, 'no-session', '%00', `2_${'A'.repeat(9000)}`]) {
      const response = await page.goto(`/sessions/${sessionId}`)
      expect(response?.status()).toBe(sessionId === '%00' ? 400 : 403)
      if (sessionId === '%00') continue
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not found or not yours')
      bodies.push((await page.getByRole('main').textContent())?.replace(/[0-9a-f-]{36}/g, '') ?? '')
    }
    expect(new Set(bodies).size).toBe(1)
  })

  test('a session of one’s own project that nobody knows is unknown', async ({ page }) => {
    const sessionId = createSessionId('47201101', new Date('2025-01-01T00:00:00Z'), randomUUID())
    const response = await page.goto(`/sessions/${sessionId}`)
    expect(response?.status()).toBe(404)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('No archive of this session is known')
  })
})

test('the list is paged, and going back works', async ({ page }) => {
  await page.goto('/sessions')
  const table = page.getByRole('table', { name: 'Sessions' })
  const readSessions = async () => {
    const links = await table
      .getByRole('link')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href')))
    return [...new Set(links)]
  }
  await expect(table.getByRole('row')).toHaveCount(51)
  const first = await readSessions()
  expect(first).toHaveLength(50)
  await page.getByRole('link', { name: 'Older' }).click()
  await expect(page.getByRole('link', { name: 'Newest' })).toBeVisible()
  const second = await readSessions()
  expect(second.filter((session) => first.includes(session))).toEqual([])
  await page.goBack()
  await expect(page.getByRole('link', { name: 'Newest' })).toHaveCount(0)
  expect((await readSessions()).slice(0, 5)).toEqual(first.slice(0, 5))
})

test('a row says what can be done with a recording, or why not', async ({ page }) => {
  const tags = {
    recording: 'recording',
    failed: 'failed',
    expired: 'expired',
    individual: 'individual streams',
  }
  for (const [name, tag] of Object.entries(tags)) {
    await page.goto(`/sessions?q=${findPurpose(name).sessionId}`)
    await expect(page.getByRole('table', { name: 'Sessions' }).getByRole('row').last()).toContainText(tag)
    await expect(page.getByRole('link', { name: /^play session/ })).toHaveCount(0)
  }
  await page.goto(`/sessions?q=${findPurpose('advice').sessionId}`)
  await page.getByRole('link', { name: /^play session/ }).click()
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
})

test('the header’s box takes an ID from anywhere, and / leads to it', async ({ page }) => {
  const { sessionId } = findPurpose('audio')
  await page.goto('/access')
  await page.keyboard.press('/')
  await expect(page.getByRole('textbox', { name: 'Session ID' })).toBeFocused()
  await page.keyboard.insertText(` ${sessionId} `)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(sessionId)
})

test('every time on the page turns between UTC and local', async ({ page }) => {
  await page.goto(`/sessions?q=${findPurpose('advice').sessionId}`)
  const time = page.getByRole('table', { name: 'Sessions' }).locator('time')
  await expect(time).toHaveText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/)
  const utc = await time.textContent()
  await page.getByText('Local', { exact: true }).click()
  await expect(time).not.toHaveText(/UTC/)
  await page.reload()
  await expect(time).not.toHaveText(/UTC/)
  await page.getByText('UTC', { exact: true }).click()
  await expect(time).toHaveText(utc ?? '')
})

test('search answers other programs with what the page shows', async ({ request }) => {
  const { sessionId } = findPurpose('three-1')
  const response = await request.get(`/sessions/search?q=${sessionId}`)
  expect(response.headers()['content-type']).toBe('application/json')
  const { sessions, next } = await response.json()
  expect(next).toBeNull()
  expect(sessions).toMatchObject([{ sessionId, project: 'Retail EU' }])
  expect(Object.keys(sessions[0].archives[0]).sort()).toEqual(
    ['archiveId', 'code', 'createdAt', 'durationSeconds', 'playable', 'status'].sort(),
  )
  expect(sessions[0].archives).toMatchObject(
    ['three-1', 'three-2', 'three-3'].map((name) => ({
      ...{ archiveId: findPurpose(name).archiveId, status: 'uploaded', playable: true, code: null },
    })),
  )
})

type Found = {
  sessions: { sessionId: string; project: string; archives: { createdAt: string }[] }[]
  next: string | null
}

test('without an ID it answers all sessions in scope, newest first, each once', async ({ request }) => {
  const sessions: Found['sessions'] = []
  let after: string | null = ''
  while (after !== null) {
    const found: Found = await (await request.get(`/sessions/search?after=${after}`)).json()
    sessions.push(...found.sessions)
    after = found.next
  }
  expect(sessions.length).toBeGreaterThan(100)
  expect(new Set(sessions.map(({ sessionId }) => sessionId)).size).toBe(sessions.length)
  expect(new Set(sessions.map(({ project }) => project))).toEqual(new Set(['Retail EU']))
  const newest = sessions.map(({ archives }) =>
    Math.max(...archives.map(({ createdAt }) => Date.parse(createdAt))),
  )
  expect(newest).toEqual(newest.toSorted((a, b) => b - a))
})
