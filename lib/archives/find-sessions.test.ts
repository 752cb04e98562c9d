import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GOOD_BEHAVIOUR } from '../../e2e/stack/recorder/behaviour.ts'
import type { NewArchive } from '../../e2e/stack/recorder.ts'
import { createSessionId } from '../../e2e/stack/session-id.ts'
import type { Actor } from '../auth/actor.ts'
import { findSessions } from './find-sessions.ts'
import {
  addGrant,
  addReviewer,
  startTestCatalogue,
  type TestCatalogue,
  type TestProject,
} from './test-catalogue.ts'

let catalogue: TestCatalogue
let reviewer: Actor

beforeAll(async () => {
  catalogue = await startTestCatalogue()
})
afterAll(() => catalogue.stop())
beforeEach(async () => {
  Object.assign(catalogue.recorder.behaviour, GOOD_BEHAVIOUR)
  catalogue.recorder.faults.set([])
  reviewer = await addReviewer(catalogue.services, [catalogue.retail])
})

const find = (q: string, after: string | null = null, actor = reviewer) =>
  findSessions(catalogue.services, actor, { q, after })

/** A session the recorder knows and the catalogue does not. */
function record(
  { apiKey }: TestProject,
  changes: Partial<NewArchive> = {},
): { sessionId: string; archiveId: string } {
  const sessionId =
    changes.sessionId ?? createSessionId(apiKey, new Date('2026-03-04T10:00:00Z'), randomUUID())
  const archiveId = randomUUID()
  catalogue.recorder.archives.add([
    {
      id: archiveId,
      apiKey,
      createdAtMs: Date.now() - 60_000,
      status: 'uploaded',
      durationSeconds: 61,
      sizeBytes: 1_000,
      ...changes,
      sessionId,
    },
  ])
  return { sessionId, archiveId }
}

async function lastSearch(): Promise<Record<string, unknown>> {
  const [row] = await catalogue.services.db.$queryRaw<Record<string, unknown>[]>`
    SELECT action, outcome, session_id, archive_id, project_id, actor_subject, after
    FROM audit.events ORDER BY id DESC LIMIT 1`
  return row ?? {}
}

describe('a session ID', () => {
  test('that is not in the catalogue is asked of its recorder, and kept', async () => {
    const { sessionId, archiveId } = record(catalogue.retail)
    const { sessions, understood, stale, next } = await find(`“${sessionId}”\n`)
    expect(sessions).toEqual([
      {
        sessionId,
        project: 'Retail EU',
        region: 'eu',
        archives: [
          expect.objectContaining({
            archiveId,
            durationSeconds: 61,
            status: 'uploaded',
            playable: true,
            code: null,
          }),
        ],
      },
    ])
    expect(understood).toEqual([
      {
        text: sessionId,
        kind: 'session-id',
        sessionId,
        day: new Date('2026-03-04T10:00:00Z'),
        project: 'Retail EU',
        found: true,
        sentence: '1 archive in Retail EU.',
      },
    ])
    expect([stale, next]).toEqual([[], null])
    catalogue.recorder.faults.set([{ status: 500 }])
    expect((await find(sessionId)).sessions).toHaveLength(1)
  })

  test('has many archives, oldest first, each with what can be done with it', async () => {
    const { sessionId } = record(catalogue.retail, { createdAtMs: Date.now() - 1_000, status: 'started' })
    record(catalogue.retail, { sessionId, createdAtMs: Date.now() - 9_000_000, status: 'resting' })
    record(catalogue.retail, { sessionId, createdAtMs: Date.now() - 5_000_000, password: 'd3JhcHBlZA==' })
    const { sessions } = await find(sessionId)
    expect(sessions[0]?.archives.map(({ status, code, encrypted }) => [status, code, encrypted])).toEqual([
      ['resting', 'archive-status-unknown', false],
      ['uploaded', null, true],
      ['started', 'archive-recording', false],
    ])
  })

  test('whose project knows nothing of it is not found, and its own hints are said', async () => {
    const unknown = createSessionId(catalogue.retail.apiKey, new Date('2026-03-04T10:00:00Z'), randomUUID())
    const { sessions, understood } = await find(unknown)
    expect(sessions).toEqual([])
    expect(understood).toMatchObject([
      {
        found: false,
        project: 'Retail EU',
        sentence: 'Not found or not yours. Its ID names Retail EU, 4 March 2026.',
      },
    ])
  })

  test('one of forty is found among those that are not', async () => {
    const there = record(catalogue.retail)
    const others = Array.from({ length: 39 }, () =>
      createSessionId(catalogue.retail.apiKey, new Date(), randomUUID()),
    )
    const { sessions, understood } = await find([...others, there.sessionId].join('\n'))
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual([there.sessionId])
    expect(understood.map(({ found }) => found)).toEqual([...others.map(() => false), true])
  })
})

describe('what lies outside somebody’s scope', () => {
  test('is not found, known or not, and its recorder is not asked', async () => {
    const known = record(catalogue.wealth)
    const both = await addReviewer(catalogue.services, [catalogue.retail, catalogue.wealth])
    expect((await find(known.sessionId, null, both)).sessions).toHaveLength(1)
    const fresh = record(catalogue.wealth)
    for (const { sessionId } of [known, fresh]) {
      const { sessions, understood } = await find(sessionId)
      expect(sessions).toEqual([])
      expect(understood).toMatchObject([
        { found: false, project: null, sentence: 'Not found or not yours. Its ID names 4 March 2026.' },
      ])
    }
    expect((await find(`${known.archiveId} ${fresh.archiveId}`)).sessions).toEqual([])
    const kept = await catalogue.services.db.archive.findUnique({ where: { id: fresh.archiveId } })
    expect(kept).toBeNull()
  })

  test('is not listed', async () => {
    const { sessionId } = record(catalogue.wealth)
    const both = await addReviewer(catalogue.services, [catalogue.retail, catalogue.wealth])
    await find(sessionId, null, both)
    expect((await find('', null, both)).sessions.map((each) => each.sessionId)).toContain(sessionId)
    expect((await find('')).sessions.map((each) => each.sessionId)).not.toContain(sessionId)
  })

  test.each([
    ['a grant that was taken back', { revokedAt: new Date() }],
    [
      'a grant that has ended',
      { validFrom: new Date(Date.now() - 2_000), validUntil: new Date(Date.now() - 1_000) },
    ],
    ['a grant that has not begun', { validFrom: new Date(Date.now() + 60_000) }],
    ['a grant for playing alone', { rights: ['recording:play'] }],
  ])('%s brings nothing into scope', async (_what, changes) => {
    const { sessionId } = record(catalogue.retail)
    await find(sessionId)
    const other = await addReviewer(catalogue.services, [])
    const grant = { personId: other.personId, projectId: catalogue.retail.id, rights: ['recording:find'] }
    const id = await addGrant(catalogue.services, grant)
    expect((await find(sessionId, null, other)).sessions).toHaveLength(1)
    await catalogue.services.db.grant.update({ where: { id }, data: changes })
    expect((await find(sessionId, null, other)).sessions).toEqual([])
    expect((await find('', null, other)).sessions).toEqual([])
  })

  test('nor does a grant without the role', async () => {
    const { sessionId } = record(catalogue.retail)
    await find(sessionId)
    await catalogue.services.db.roleHeld.deleteMany({ where: { personId: reviewer.personId } })
    expect((await find(sessionId)).sessions).toEqual([])
  })
})

describe('a grant that reaches not all of a project', () => {
  const holder = async (reach: Partial<Parameters<typeof addGrant>[1]>): Promise<Actor> => {
    const actor = await addReviewer(catalogue.services, [])
    const usual = { personId: actor.personId, projectId: catalogue.retail.id, rights: ['recording:find'] }
    await addGrant(catalogue.services, { ...usual, ...reach })
    return actor
  }
  const isKept = async (archiveId: string): Promise<boolean> =>
    (await catalogue.services.db.archive.count({ where: { id: archiveId } })) === 1
  const idsOf = async (q: string, actor: Actor): Promise<string[]> => {
    const { sessions } = await find(q, null, actor)
    return sessions.flatMap(({ archives }) => archives.map(({ archiveId }) => archiveId))
  }

  test('asks its recorder for the archive it names, and for no other', async () => {
    const [named, other] = [record(catalogue.retail), record(catalogue.retail)]
    const actor = await holder({ scope: 'archive', archiveId: named.archiveId })
    expect(await idsOf(`${named.archiveId} ${other.archiveId}`, actor)).toEqual([named.archiveId])
    expect([await isKept(named.archiveId), await isKept(other.archiveId)]).toEqual([true, false])
  })

  test('asks its recorder for the session it names, and for no other', async () => {
    const [named, other] = [record(catalogue.retail), record(catalogue.retail)]
    const actor = await holder({ scope: 'session', sessionId: named.sessionId })
    expect(await idsOf(`${named.sessionId} ${other.sessionId}`, actor)).toEqual([named.archiveId])
    expect(await isKept(other.archiveId)).toBe(false)
  })

  test('asks its recorder for nothing that is too old, or of an age that nobody knows', async () => {
    const actor = await holder({ maxAgeDays: 7 })
    const old = createSessionId(catalogue.retail.apiKey, new Date(Date.now() - 8 * 86_400_000), randomUUID())
    const [asked, unasked] = [
      record(catalogue.retail, {
        sessionId: createSessionId(catalogue.retail.apiKey, new Date(), randomUUID()),
      }),
      record(catalogue.retail, { sessionId: old }),
    ]
    expect(await idsOf(`${asked.sessionId} ${old} ${unasked.archiveId}`, actor)).toEqual([asked.archiveId])
    expect(await isKept(unasked.archiveId)).toBe(false)
  })

  test('leads from an archive to no others of its session', async () => {
    const named = record(catalogue.retail)
    const other = record(catalogue.retail, { sessionId: named.sessionId })
    await find(named.sessionId)
    const actor = await holder({ scope: 'archive', archiveId: named.archiveId })
    for (const q of [named.sessionId, named.archiveId, '']) {
      expect(await idsOf(q, actor)).toEqual([named.archiveId])
    }
    expect(await idsOf(other.archiveId, actor)).toEqual([])
  })
})

test('an ID that names none of ours is asked of the recorders in scope', async () => {
  const strange = '2_0123456789abcdefghijklmnop'
  record(catalogue.retail, { sessionId: strange })
  const { sessions, understood } = await find(strange)
  expect(sessions.map(({ sessionId }) => sessionId)).toEqual([strange])
  expect(understood).toMatchObject([{ found: true, project: 'Retail EU', day: null }])
})

test('an archive ID in its place leads to its session, also when it must be asked for', async () => {
  const { sessionId, archiveId } = record(catalogue.retail)
  for (const text of [archiveId.toUpperCase(), archiveId]) {
    const { sessions, understood } = await find(text)
    expect(sessions.map((each) => each.sessionId)).toEqual([sessionId])
    expect(understood).toMatchObject([
      {
        text: archiveId,
        kind: 'archive-id',
        sessionId,
        found: true,
        sentence: 'This is an archive ID. Its session is shown.',
      },
    ])
  }
  expect((await find(randomUUID())).understood).toMatchObject([
    { kind: 'archive-id', found: false, sentence: 'This is an archive ID. Not found or not yours.' },
  ])
})

describe('whatever is in the box gets a sentence', () => {
  test.each([
    ['a word', 'hello', 'unknown', /no session ID in this \(5 characters\)/],
    ['a beginning', '1_MX40', 'session-id-truncated', /cut off after 6 characters/],
    ['10 kB', `1_${'A'.repeat(10_000)}`, 'unknown', /has 10,002 characters/],
    ['HTML', '<script>alert(1)</script>', 'unknown', /no session ID/],
    ['SQL', '\u0027; DROP TABLE archives; --', 'unknown', /no session ID/],
    ['half a surrogate pair', '\uD800', 'unknown', /no session ID/],
    ['a cut archive ID', 'b67d02b5-c32e-4ea8', 'unknown', /archive ID that is cut off/],
  ])('%s', async (_what, q, kind, sentence) => {
    const { sessions, understood } = await find(q)
    expect(sessions).toEqual([])
    expect(understood).toMatchObject([{ kind, found: null, sentence: expect.stringMatching(sentence) }])
    expect(understood[0]?.text.length).toBeLessThanOrEqual(80)
  })

  test('a session ID that lost its end is told from one that is not found', async () => {
    const { sessionId } = record(catalogue.retail)
    const { understood } = await find(sessionId.slice(0, -8))
    expect(understood).toMatchObject([
      {
        kind: 'session-id-truncated',
        found: false,
        sentence: expect.stringContaining('seems cut off after'),
      },
    ])
  })

  test('an ID within markup, marks of direction and NUL is found', async () => {
    const { sessionId } = record(catalogue.retail)
    const { understood } = await find(`<b>\u202E${sessionId.slice(0, 20)}\0\u200F${sessionId.slice(20)}</b>`)
    expect(understood[0]).toMatchObject({ text: sessionId, found: true })
  })

  test('nothing that can be seen is nothing', async () => {
    expect((await find('\u202E \0\u200B')).understood).toEqual([])
  })

  test('more than a hundred IDs: how many were passed over', async () => {
    const many = Array.from(
      { length: 103 },
      (_, index) => `2_${Buffer.from(`1~9999999~~177260076${index + 1000}~r~~`).toString('base64url')}`,
    )
    const { understood } = await find(many.join(' '))
    expect(understood).toHaveLength(101)
    expect(understood.at(-1)).toMatchObject({ text: '3 more', found: null })
  })
})

describe('a recorder that', () => {
  test('is down is marked, and the catalogue answers', async () => {
    const known = record(catalogue.retail)
    await find(known.sessionId)
    catalogue.recorder.faults.set([{ status: 503 }])
    const { sessions, understood, stale } = await find(
      `${known.sessionId} ${record(catalogue.retail).sessionId}`,
    )
    expect(sessions).toHaveLength(1)
    expect(understood).toMatchObject([
      { found: true },
      {
        found: null,
        sentence: 'Not in the catalogue, and the recorder of Retail EU could not be asked just now.',
      },
    ])
    expect(stale).toMatchObject([{ project: 'Retail EU', code: 'recorder-unavailable' }])
  })

  test('is slow is waited for as long as a person waits', async () => {
    const { sessionId } = record(catalogue.retail)
    catalogue.recorder.faults.set([{ delayMs: 10_000 }])
    const started = performance.now()
    const { stale } = await find(sessionId)
    expect(performance.now() - started).toBeLessThan(4_500)
    expect(stale).toMatchObject([
      { code: 'recorder-unavailable', detail: 'The recorder did not answer within 3 seconds.' },
    ])
  })

  test('refuses the portal’s clock is quoted with the seconds', async () => {
    catalogue.recorder.behaviour.clockSkewSeconds = -400
    const { stale } = await find(record(catalogue.retail).sessionId)
    expect(stale).toMatchObject([
      { code: 'recorder-clock-skew', detail: expect.stringMatching(/(399|400|401) seconds ahead of/) },
    ])
  })

  test('sends what is no list is marked', async () => {
    catalogue.recorder.faults.set([{ status: 200 }])
    expect((await find(record(catalogue.retail).sessionId)).stale).toMatchObject([
      { code: 'recorder-misbehaved' },
    ])
  })

  test('could not be read lately is marked in the list too', async () => {
    const { db } = catalogue.services
    const failedAt = new Date()
    await db.project.update({
      where: { id: catalogue.retail.id },
      data: { readFailedAt: failedAt, readFailureCode: 'recorder-forbidden', readFailure: 'It says no.' },
    })
    expect((await find('')).stale).toEqual([
      { project: 'Retail EU', readAt: null, failedAt, code: 'recorder-forbidden', detail: 'It says no.' },
    ])
    await db.project.update({ where: { id: catalogue.retail.id }, data: { readFailedAt: null } })
  })
})

describe('a search is on record', () => {
  test('with the session it led to', async () => {
    const { sessionId, archiveId } = record(catalogue.retail)
    await find(sessionId)
    expect(await lastSearch()).toMatchObject({
      action: 'session.searched',
      outcome: 'allowed',
      session_id: sessionId,
      project_id: catalogue.retail.id,
      actor_subject: reviewer.subject,
      after: { sessionIds: [sessionId], archiveIds: [], sessionsShown: 1 },
    })
    await find(archiveId)
    expect(await lastSearch()).toMatchObject({ session_id: sessionId, archive_id: archiveId })
  })

  test('with the IDs recognised, and of the rest its length and a keyed hash alone', async () => {
    const { sessionId } = record(catalogue.retail)
    await find(`Mrs Smith complained ${sessionId} ${randomUUID()}`)
    const first = await lastSearch()
    expect(JSON.stringify(first)).not.toMatch(/Smith/)
    const rest = { length: 20, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }
    expect(first).toMatchObject({ session_id: null, after: { sessionIds: [sessionId], rest } })
    await find('Mrs Smith complained')
    expect((await lastSearch()).after).toMatchObject({
      sessionIds: [],
      rest: first.after && Object(first.after).rest,
    })
  })

  test('and so is a look at the list', async () => {
    await find('')
    expect((await lastSearch()).after).toMatchObject({ listed: 'newest' })
  })
})

test('the list comes newest first, fifty a page, every session once', async () => {
  const fresh = await startTestCatalogue()
  try {
    const actor = await addReviewer(fresh.services, [fresh.retail, fresh.wealth])
    const projects = [fresh.retail, fresh.wealth]
    const data = Array.from({ length: 240 }, (_, index) => ({
      id: randomUUID(),
      projectId: projects[index % 2]?.id ?? '',
      // Sessions of one archive and of two, and many that began in the same millisecond.
      sessionId: `2_${String(index % 2)}session${String(Math.floor(index / 4)).padStart(4, '0')}`,
      status: 'uploaded',
      createdAt: new Date(
        1_770_000_000_000 + Math.floor(index / 40) * 1_000 + (index % 4 === 3 ? 500_000 : 0),
      ),
      record: {},
    }))
    await fresh.services.db.archive.createMany({ data })
    const seen: string[] = []
    const heads: number[] = []
    const sizes: number[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof findSessions>> = await findSessions(fresh.services, actor, {
        q: '',
        after,
      })
      sizes.push(page.sessions.length)
      seen.push(...page.sessions.map(({ sessionId }) => sessionId))
      heads.push(...page.sessions.map(({ archives }) => archives.at(-1)?.createdAt.getTime() ?? 0))
      after = page.next
    } while (after !== null)
    expect(sizes).toEqual([50, 50, 20])
    expect(new Set(seen).size).toBe(120)
    expect(new Set(seen)).toEqual(new Set(data.map(({ sessionId }) => sessionId)))
    expect(heads).toEqual(heads.toSorted((a, b) => b - a))
    for (const odd of ['x', '9'.repeat(500), `0.${randomUUID()}`, '\0', '1770000000000.x']) {
      expect((await findSessions(fresh.services, actor, { q: '', after: odd })).sessions).toHaveLength(50)
    }
  } finally {
    await fresh.stop()
  }
})
