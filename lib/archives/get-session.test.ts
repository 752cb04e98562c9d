import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GOOD_BEHAVIOUR } from '../../e2e/stack/recorder/behaviour.ts'
import { createSessionId } from '../../e2e/stack/session-id.ts'
import type { Actor } from '../auth/actor.ts'
import { newUuid } from '../uuid.ts'
import { getSession } from './get-session.ts'
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

const get = (sessionId: string, actor = reviewer) => getSession(catalogue.services, actor, sessionId)
const newSessionId = ({ apiKey }: TestProject): string => createSessionId(apiKey, new Date(), randomUUID())

function record(project: TestProject): { sessionId: string; archiveId: string } {
  const { apiKey } = project
  const [sessionId, archiveId] = [newSessionId(project), randomUUID()]
  catalogue.recorder.archives.add([
    {
      id: archiveId,
      apiKey,
      sessionId,
      createdAtMs: Date.now(),
      status: 'uploaded',
      reason: 'user initiated',
    },
  ])
  return { sessionId, archiveId }
}

async function lastViewed(): Promise<Record<string, unknown>> {
  const [row] = await catalogue.services.db.$queryRaw<Record<string, unknown>[]>`
    SELECT action, outcome, code, session_id, project_id, actor_subject, after
    FROM audit.events ORDER BY id DESC LIMIT 1`
  return row ?? {}
}

describe('the page of a session', () => {
  test('shows everything that is known, and that it was shown is on record', async () => {
    const { sessionId, archiveId } = record(catalogue.retail)
    const until = new Date(Date.now() + 7_200_000)
    const grant = {
      personId: reviewer.personId,
      projectId: catalogue.retail.id,
      rights: ['recording:download'],
    }
    const id = await addGrant(catalogue.services, grant)
    await catalogue.services.db.grant.update({ where: { id }, data: { validUntil: until } })
    const view = await get(sessionId)
    expect(view).toMatchObject({
      sessionId,
      project: { id: catalogue.retail.id, name: 'Retail EU', region: 'eu', unit: null, environment: null },
      reasons: [{ code: 'legal', label: 'Legal proceedings', caseRequired: true }],
      maxAuthAgeSeconds: 28_800,
      isAdminOf: false,
      stale: null,
      archives: [
        {
          archiveId,
          playable: true,
          code: null,
          durationSeconds: null,
          durationMeasured: false,
          reason: 'user initiated',
          storage: null,
          seen: { count: 0, lastAt: null },
          mayPlay: true,
          restricted: false,
          downloadUntil: until,
        },
      ],
    })
    expect(view.archives[0]?.playUntil?.getTime()).toBeLessThan(until.getTime())
    expect(await lastViewed()).toMatchObject({
      action: 'recording.viewed',
      outcome: 'allowed',
      session_id: sessionId,
      project_id: catalogue.retail.id,
      actor_subject: reviewer.subject,
    })
  })

  test('says what was found when it was opened, where, and how often that was', async () => {
    const { sessionId, archiveId } = record(catalogue.retail)
    await get(sessionId)
    const { db } = catalogue.services
    const target = await db.storageTarget.create({
      data: {
        id: newUuid(),
        projectId: catalogue.retail.id,
        position: 0,
        kind: 's3',
        settings: { bucket: 'calls', region: 'eu-central-1' },
        secrets: {},
      },
    })
    await db.archive.update({
      where: { id: archiveId },
      data: {
        storageTargetId: target.id,
        objectKey: 'k',
        container: 'ts',
        measuredDurationSeconds: 12.5,
        failureCode: 'archive-cut',
      },
    })
    const openedAt = await addViewings(archiveId)
    expect((await get(sessionId)).archives).toMatchObject([
      {
        storage: 's3://calls',
        container: 'ts',
        durationSeconds: 12.5,
        durationMeasured: true,
        playable: false,
        code: 'archive-cut',
        seen: { count: 1, lastAt: openedAt },
      },
    ])
    await db.archive.update({ where: { id: archiveId }, data: { storageTargetId: null } })
    expect((await get(sessionId)).archives[0]?.storage).toBe('the recorder’s cloud')
  })

  test('counts what may not be played by its holder', async () => {
    const finder = await addReviewer(catalogue.services, [catalogue.retail], ['recording:find'])
    const { sessionId } = record(catalogue.retail)
    expect(await get(sessionId, finder)).toMatchObject({
      archives: [{ playable: true, mayPlay: false, playUntil: null, downloadUntil: null }],
    })
  })
})

/** One viewing that was opened, and one that came to nothing. */
async function addViewings(archiveId: string): Promise<Date> {
  const { db } = catalogue.services
  const { personId } = reviewer
  const now = new Date()
  const signIn = await db.signIn.create({
    data: {
      id: newUuid(),
      personId,
      tokenHash: randomUUID().repeat(2),
      expiresAt: new Date(now.getTime() + 3_600_000),
      amr: [],
    },
  })
  const grant = await db.grant.findFirstOrThrow({ where: { personId } })
  for (const closeReason of [null, 'failed']) {
    await db.viewing.create({
      data: {
        id: newUuid(),
        purpose: 'viewing',
        archiveId,
        personId,
        signInId: signIn.id,
        grantId: grant.id,
        openedAt: now,
        expiresAt: new Date(now.getTime() + 60_000),
        closeReason,
        plan: {},
      },
    })
  }
  return now
}

describe('under a grant that reaches not all of a project', () => {
  const DAY_MS = 86_400_000
  const ago = (days: number): Date => new Date(Date.now() - days * DAY_MS)
  const idOf = (createdAt: Date): string => createSessionId(catalogue.retail.apiKey, createdAt, randomUUID())
  /** One archive of a session that began so many days ago, known to its recorder alone. */
  const recordOf = (days: number, sessionId = idOf(ago(days))) => {
    const archiveId = randomUUID()
    const { apiKey } = catalogue.retail
    catalogue.recorder.archives.add([
      { id: archiveId, apiKey, sessionId, createdAtMs: ago(days).getTime(), status: 'uploaded' },
    ])
    return { sessionId, archiveId }
  }
  const holder = async (reach: Partial<Parameters<typeof addGrant>[1]>): Promise<Actor> => {
    const actor = await addReviewer(catalogue.services, [])
    const usual = { personId: actor.personId, projectId: catalogue.retail.id, rights: ['recording:find'] }
    await addGrant(catalogue.services, { ...usual, ...reach })
    return actor
  }
  const isKept = async (archiveId: string): Promise<boolean> =>
    (await catalogue.services.db.archive.count({ where: { id: archiveId } })) === 1
  const shown = async (sessionId: string, actor: Actor) =>
    (await get(sessionId, actor)).archives.map(({ archiveId }) => archiveId)
  const REFUSED = { code: 'forbidden', detail: 'Not found or not yours.' }

  test('of an age, the day in the ID says whether what is unknown is theirs', async () => {
    const actor = await holder({ maxAgeDays: 7 })
    await expect(get(idOf(ago(6)), actor)).rejects.toMatchObject({ code: 'session-unknown' })
    await expect(get(idOf(ago(8)), actor)).rejects.toMatchObject(REFUSED)
    await expect(get(`2_${'x'.repeat(40)}`, actor)).rejects.toMatchObject(REFUSED)
  })

  test('of an age, what is too old is refused like what never was, and not asked for', async () => {
    const actor = await holder({ maxAgeDays: 7 })
    const [known, unknown] = [recordOf(8), recordOf(8)]
    await get(known.sessionId)
    await expect(get(known.sessionId, actor)).rejects.toMatchObject(REFUSED)
    await expect(get(unknown.sessionId, actor)).rejects.toMatchObject(REFUSED)
    expect(await isKept(unknown.archiveId)).toBe(false)
    const young = recordOf(6)
    expect(await shown(young.sessionId, actor)).toEqual([young.archiveId])
  })

  test('of an age, a session shows what is not too old', async () => {
    const actor = await holder({ maxAgeDays: 7 })
    const { sessionId } = recordOf(8)
    const { archiveId } = recordOf(5, sessionId)
    await get(sessionId)
    expect(await shown(sessionId, actor)).toEqual([archiveId])
  })

  test('on a session, that one is asked for, and said to be unknown where it is', async () => {
    const { sessionId, archiveId } = recordOf(400)
    const actor = await holder({ scope: 'session', sessionId })
    expect(await shown(sessionId, actor)).toEqual([archiveId])
    const unknown = idOf(ago(1))
    const hopeful = await holder({ scope: 'session', sessionId: unknown })
    await expect(get(unknown, hopeful)).rejects.toMatchObject({ code: 'session-unknown' })
  })

  test('on a session, another of the same project is refused, there or not, and not asked for', async () => {
    const actor = await holder({ scope: 'session', sessionId: recordOf(1).sessionId })
    const [known, unknown] = [recordOf(1), recordOf(1)]
    await get(known.sessionId)
    for (const sessionId of [known.sessionId, unknown.sessionId, idOf(ago(1))]) {
      await expect(get(sessionId, actor)).rejects.toMatchObject(REFUSED)
    }
    expect(await isKept(unknown.archiveId)).toBe(false)
  })

  test('on an archive, its session shows that one alone', async () => {
    const { sessionId, archiveId } = recordOf(2)
    recordOf(1, sessionId)
    await get(sessionId)
    const actor = await holder({ scope: 'archive', archiveId })
    expect(await shown(sessionId, actor)).toEqual([archiveId])
  })

  test('tells of each archive until when it may be played and downloaded', async () => {
    const { sessionId, archiveId } = recordOf(2)
    const other = recordOf(1, sessionId)
    await get(sessionId)
    const actor = await holder({})
    const rights = ['recording:play']
    await addGrant(catalogue.services, {
      ...{ personId: actor.personId, projectId: catalogue.retail.id, rights },
      ...{ scope: 'archive', archiveId },
    })
    expect((await get(sessionId, actor)).archives).toMatchObject([
      { archiveId, mayPlay: true, playUntil: expect.any(Date), downloadUntil: null },
      { archiveId: other.archiveId, mayPlay: false, playUntil: null, downloadUntil: null },
    ])
  })

  test('tells who plays how fresh a sign-in must be, and who administers that they may restrict', async () => {
    const { db } = catalogue.services
    const { sessionId } = recordOf(1)
    await db.project.update({ where: { id: catalogue.retail.id }, data: { playMaxAuthAgeSeconds: 600 } })
    const asAdminOf = ({ id }: TestProject): Actor => ({
      ...reviewer,
      roles: [...reviewer.roles, { role: 'admin', projectId: id }],
    })
    expect(await get(sessionId, asAdminOf(catalogue.retail))).toMatchObject({
      maxAuthAgeSeconds: 600,
      isAdminOf: true,
    })
    expect((await get(sessionId, asAdminOf(catalogue.wealth))).isAdminOf).toBe(false)
    await db.project.update({ where: { id: catalogue.retail.id }, data: { playMaxAuthAgeSeconds: null } })
  })
})

describe('is refused, on record', () => {
  test('as unknown when the project its ID names is in scope and does not know it', async () => {
    const sessionId = newSessionId(catalogue.retail)
    await expect(get(sessionId)).rejects.toMatchObject({ code: 'session-unknown', status: 404 })
    expect(await lastViewed()).toMatchObject({
      action: 'recording.viewed',
      outcome: 'failed',
      code: 'session-unknown',
      session_id: sessionId,
      project_id: catalogue.retail.id,
    })
  })

  test('as not found or not theirs outside of scope, the same whether it exists or not', async () => {
    const known = record(catalogue.wealth)
    const other = await addReviewer(catalogue.services, [catalogue.wealth])
    await get(known.sessionId, other)
    for (const sessionId of [
      known.sessionId,
      record(catalogue.wealth).sessionId,
      newSessionId(catalogue.wealth),
    ]) {
      await expect(get(sessionId)).rejects.toMatchObject({
        code: 'forbidden',
        detail: 'Not found or not yours.',
      })
      expect(await lastViewed()).toMatchObject({
        outcome: 'refused',
        code: 'forbidden',
        session_id: sessionId,
        project_id: null,
      })
    }
  })

  test('when its ID names none of ours and no recorder in scope knows it', async () => {
    await expect(get('2_0123456789abcdefghijklmnop')).rejects.toMatchObject({ code: 'forbidden' })
  })

  test.each([
    ['nothing', ''],
    ['a word', 'search'],
    ['HTML', '<script>alert(1)</script>'],
    ['NUL', '2_MX40NjIw\0MTUwMn5-'],
    ['marks of direction', '\u202E2_MX40NjIwMTUwMn5-'],
    ['10 kB', `2_${'A'.repeat(10_000)}`],
    ['an archive ID', 'b67d02b5-c32e-4ea8-b82a-ba6c89edde59'],
  ])('with %s in place of an ID, which is not written down', async (_what, text) => {
    await expect(get(text)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await lastViewed()).toMatchObject({
      code: 'forbidden',
      session_id: null,
      after: { asked: { length: text.length } },
    })
  })

  test('with what its recorder says, when the recorder must know and does not answer', async () => {
    catalogue.recorder.faults.set([{ status: 503 }])
    const sessionId = newSessionId(catalogue.retail)
    await expect(get(sessionId)).rejects.toMatchObject({ code: 'recorder-unavailable' })
    expect(await lastViewed()).toMatchObject({ outcome: 'failed', code: 'recorder-unavailable' })
  })
})

test('what is known is shown while its recorder cannot be read, and marked', async () => {
  const { sessionId } = record(catalogue.retail)
  await get(sessionId)
  catalogue.recorder.faults.set([{ status: 503 }])
  const { db } = catalogue.services
  const failure = {
    readFailedAt: new Date(),
    readFailureCode: 'recorder-unavailable',
    readFailure: 'It is down.',
  }
  await db.project.update({ where: { id: catalogue.retail.id }, data: failure })
  expect((await get(sessionId)).stale).toMatchObject({ project: 'Retail EU', detail: 'It is down.' })
  await db.project.update({ where: { id: catalogue.retail.id }, data: { readFailedAt: null } })
})
