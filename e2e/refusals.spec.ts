import { randomUUID } from 'node:crypto'
import { type Answer, change, readProblem, sayAnswer, send } from './asking.ts'
import { COLLEAGUE, FINDER, FORMER } from './colleagues.ts'
import { ADMIN, AUDITOR, expect, findPurpose, NOBODY, REVIEWER, test, visit } from './fixtures.ts'
import { expectClosed, query, readViewing } from './log-rows.ts'
import { openArchive, type Visitor } from './stack/visitor.ts'

const PROGRESS = { positionSeconds: 1, played: [], rate: 1, visible: true }
const OPENING = { reasonCode: 'quality', reason: 'To see what is refused and how.' }

/** Everything that can be asked of a viewing, each by somebody. */
async function askAll(visitor: Visitor | null, viewingId: string): Promise<Answer[]> {
  const at = `/viewings/${viewingId}`
  return [
    await send(visitor, `${at}/playlist.m3u8`),
    await send(visitor, `${at}/segments/0.ts`),
    await send(visitor, `${at}/media`),
    await send(visitor, `${at}/media`, { headers: { range: 'bytes=0-0' } }),
    await change(visitor, `${at}/progress`, { json: PROGRESS }),
    await change(visitor, at, { method: 'DELETE' }),
  ]
}

const open = (visitor: Visitor, name: string): Promise<Answer> =>
  change(visitor, '/viewings', { json: { ...OPENING, archiveId: findPurpose(name).archiveId } })

test('a viewing is served to the sign-in that opened it and to no other, not even of the same person', async () => {
  const owner = await visit(REVIEWER)
  const segmented = await openArchive(owner, findPurpose('advice').archiveId)
  const file = await openArchive(owner, findPurpose('mp4-front').archiveId)
  for (const email of [REVIEWER, COLLEAGUE, FINDER, ADMIN, AUDITOR, NOBODY]) {
    const other = await visit(email)
    for (const { viewingId } of [segmented, file]) {
      const answers = await askAll(other, viewingId)
      expect(answers.map(sayAnswer), email).toEqual(answers.map(() => '403 forbidden'))
    }
  }
  for (const { viewingId } of [segmented, file]) {
    const refused = (await readViewing(viewingId)).filter(({ action }) => action === 'viewing.refused')
    expect(refused.length).toBeGreaterThan(0)
    expect(new Set(refused.map(({ outcome, code }) => `${outcome} ${code}`))).toEqual(
      new Set(['refused forbidden']),
    )
  }
  expect((await send(owner, segmented.href)).status).toBe(200)
  expect((await send(owner, file.href)).status).toBe(200)
})

test('a viewing that is not there is refused like a foreign one', async () => {
  const owner = await visit(REVIEWER)
  const { viewingId } = await openArchive(owner, findPurpose('advice').archiveId)
  const other = await visit(COLLEAGUE)
  const words = ({ bytes }: Answer) => bytes.toString().replace(/[0-9a-f-]{36}/g, '')
  const foreign = (await askAll(other, viewingId)).map(words)
  for (const nowhere of [randomUUID(), 'nowhere', '0', `${viewingId}0`]) {
    expect((await askAll(other, nowhere)).map(words)).toEqual(foreign)
  }
})

test('a closed viewing says that it is over, and closing again is as good as once', async () => {
  const visitor = await visit(REVIEWER)
  for (const name of ['three-2', 'mp4-end']) {
    const { viewingId } = await openArchive(visitor, findPurpose(name).archiveId)
    const closings = [1, 2, 3].map(() => change(visitor, `/viewings/${viewingId}`, { method: 'DELETE' }))
    expect((await Promise.all(closings)).map(({ status }) => status)).toEqual([204, 204, 204])
    const answers = (await askAll(visitor, viewingId)).slice(0, -1)
    expect(answers.map(sayAnswer)).toEqual(answers.map(() => '410 viewing-closed'))
    expect(readProblem(answers[0] ?? answers[1] ?? (await send(null, '/'))).detail).toBe(
      'It was closed. Open the recording again to go on.',
    )
    const ends = (await readViewing(viewingId)).filter(({ action }) => action === 'viewing.closed')
    expect(ends).toHaveLength(1)
  }
})

test('with the sign-in end its viewings', async ({ stack }) => {
  const visitor = await visit(REVIEWER)
  const { viewingId } = await openArchive(visitor, findPurpose('advice').archiveId)
  const csrf = await fetch(`${stack.portalUrl}/api/auth/csrf`, { headers: { cookie: visitor.cookie } })
  const { csrfToken } = await csrf.json()
  const cookies = csrf.headers.getSetCookie().map((line) => line.replace(/;.*/s, ''))
  const ended = await fetch(`${stack.portalUrl}/api/auth/signout`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: [visitor.cookie, ...cookies].join('; '), origin: stack.portalUrl },
    body: new URLSearchParams({ csrfToken, callbackUrl: stack.portalUrl }),
  })
  expect(ended.status).toBeLessThan(400)
  const answers = await askAll(visitor, viewingId)
  expect(answers.map(sayAnswer)).toEqual(answers.map(() => '401 sign-in-expired'))
  expect((await askAll(null, viewingId)).map(sayAnswer)).toEqual(answers.map(() => '401 sign-in-required'))
  await expectClosed(viewingId)
})

const UNPLAYABLE = {
  recording: '409 archive-recording',
  failed: '409 archive-failed',
  expired: '410 archive-expired',
  individual: '409 archive-individual',
  missing: '404 archive-missing',
  cut: '409 archive-cut',
  empty: '409 archive-empty',
  'foreign-key': '409 key-not-found',
  'malformed-password': '409 password-malformed',
  'no-recording': '409 archive-undecryptable',
}

for (const [name, said] of Object.entries(UNPLAYABLE)) {
  test(`the archive “${name}” is answered ${said}, on record, before anything plays`, async () => {
    const visitor = await visit(REVIEWER)
    const answer = await open(visitor, name)
    expect(sayAnswer(answer)).toBe(said)
    expect(readProblem(answer).detail).toMatch(/^[A-Z].+\.$/)
    const rows = await query<{ action: string; code: string; archive_id: string; viewing_id: string }>(
      `SELECT action, code, archive_id, viewing_id FROM audit.log WHERE viewing_id = (
         SELECT viewing_id FROM audit.log WHERE request_id = $1 AND viewing_id IS NOT NULL LIMIT 1)`,
      [readProblem(answer).requestId],
    )
    const [, code] = said.split(' ')
    expect(rows).toContainEqual(
      expect.objectContaining({ action: 'viewing.refused', code, archive_id: findPurpose(name).archiveId }),
    )
    expect(rows.filter(({ action }) => action === 'viewing.window')).toEqual([])
  })
}

test('an opening out of scope is refused the same, whether the archive is there or not', async () => {
  const { archiveId } = findPurpose('other-project')
  for (const email of [REVIEWER, FINDER, FORMER, ADMIN, AUDITOR, NOBODY]) {
    const visitor = await visit(email)
    const answers = [
      await open(visitor, 'other-project'),
      await change(visitor, '/viewings', { json: { ...OPENING, archiveId: randomUUID() } }),
      ...(email === REVIEWER ? [] : [await open(visitor, 'advice')]),
      await change(visitor, '/downloads', { json: { ...OPENING, archiveId } }),
    ]
    expect(answers.map(sayAnswer), email).toEqual(answers.map(() => '403 forbidden'))
    expect(new Set(answers.map((answer) => readProblem(answer).detail))).toEqual(
      new Set(['Not found or not yours.']),
    )
  }
})

test('playing is no right to download', async () => {
  const visitor = await visit(COLLEAGUE)
  const asking = { json: { ...OPENING, archiveId: findPurpose('advice').archiveId } }
  expect(sayAnswer(await change(visitor, '/downloads', asking))).toBe('403 forbidden')
})

test('an opening without its reason is not taken', async () => {
  const visitor = await visit(REVIEWER)
  const { archiveId } = findPurpose('mp4-front')
  const good = { ...OPENING, archiveId }
  const bad: readonly (readonly [said: string, json: unknown])[] = [
    ['422 reason-invalid', { ...good, reason: 'too short' }],
    ['422 reason-invalid', { ...good, reason: '        too short        ' }],
    ['422 reason-invalid', { ...good, reason: 'x'.repeat(2001) }],
    ['422 reason-invalid', { ...good, reason: '' }],
    ['422 reason-invalid', { archiveId, reasonCode: 'quality' }],
    ['422 reason-invalid', { ...good, reasonCode: 'curiosity' }],
    ['400 request-invalid', { ...good, archiveId: 'x' }],
    ['400 request-invalid', { ...good, archiveId: findPurpose('advice').sessionId }],
    ['400 request-invalid', { ...good, archiveId: undefined }],
    ['400 request-invalid', { ...good, caseReference: 7 }],
    ['400 request-invalid', []],
    ['400 request-invalid', null],
    ['400 request-invalid', 'text'],
    ['413 request-too-large', { ...good, reason: 'x'.repeat(70_000) }],
  ]
  for (const [said, json] of bad) {
    expect(sayAnswer(await change(visitor, '/viewings', { json })), JSON.stringify(json).slice(0, 200)).toBe(
      said,
    )
  }
  const json = { 'content-type': 'application/json' }
  expect(sayAnswer(await change(visitor, '/viewings', { body: '{', headers: json }))).toBe(
    '400 request-invalid',
  )
  expect(sayAnswer(await change(visitor, '/viewings', { body: '\xff', headers: json }))).toBe(
    '400 request-invalid',
  )
  expect(sayAnswer(await change(visitor, '/viewings', { body: JSON.stringify(good) }))).toBe(
    '400 request-invalid',
  )
  for (const reason of ['x'.repeat(10), 'ü'.repeat(2000), 'A reason\u0000 with \u202e marks 😀']) {
    expect(sayAnswer(await change(visitor, '/viewings', { json: { ...good, reason } }))).toBe('201')
  }
})

test('a heartbeat that makes no sense is not taken', async () => {
  const visitor = await visit(REVIEWER)
  const { viewingId } = await openArchive(visitor, findPurpose('mp4-front').archiveId)
  const tell = async (json: unknown) =>
    sayAnswer(await change(visitor, `/viewings/${viewingId}/progress`, { json }))
  expect(await tell(PROGRESS)).toBe('204')
  for (const odd of [
    { ...PROGRESS, positionSeconds: -1 },
    { ...PROGRESS, positionSeconds: '1' },
    { ...PROGRESS, played: [[1]] },
    { ...PROGRESS, played: Array.from({ length: 300 }, () => [0, 1]) },
    { ...PROGRESS, rate: 1e9 },
    { ...PROGRESS, visible: 'yes' },
    {},
  ]) {
    expect(await tell(odd)).toBe('400 request-invalid')
  }
  expect(
    await tell({
      ...PROGRESS,
      played: [
        [5, 1],
        [0, 2],
      ],
    }),
  ).toBe('204')
})
