import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { openSession, type Session } from '../../prisma/test-log.ts'
import { eraseValues } from '../../prisma/test-retention.ts'
import { openDatabase } from '../database.ts'
import { newUuid } from '../uuid.ts'
import type { AuditActor, AuditEvent } from './event.ts'
import { findEvents, findEventsOfViewing } from './find.ts'
import type { LogScope } from './learn-filter.ts'
import { type LogFilter, parseLogFilter } from './log-filter.ts'
import { recordEvent } from './record.ts'
import { addProjects } from './test-projects.ts'

let db: ReturnType<typeof openDatabase>
let owner: Session

const [RETAIL, PRIVATE] = [newUuid(), newUuid()]
const [ARCHIVE, OTHER_ARCHIVE] = [newUuid(), newUuid()]
const [VIEWING, OTHER_VIEWING, DOWNLOAD] = [newUuid(), newUuid(), newUuid()]
/** As rows say it that stand by themselves. */
const RECORDING = { archiveId: ARCHIVE, sessionId: `session of ${ARCHIVE}`, projectId: RETAIL }
const client = { address: '192.0.2.7', userAgent: 'test', requestId: 'r-1' }

const person = (subject: string): AuditActor & { readonly kind: 'person' } => ({
  ...{ kind: 'person', issuer: 'https://login.bank.test', subject },
  ...{ name: `${subject} Somebody`, email: `${subject}@bank.test`, roles: ['reviewer'] },
  ...{ signInId: newUuid(), signedInAt: new Date(), acr: null, amr: [] },
})

const record = async (event: Omit<Partial<AuditEvent>, 'id'>): Promise<string> => {
  const { id } = await recordEvent(db, {
    ...{ id: newUuid(), action: 'viewing.window', outcome: 'allowed' },
    ...event,
  })
  return id
}

const open = (viewingId: string, subject: string, archiveId: string, projectId: string) =>
  record({
    ...{
      action: viewingId === DOWNLOAD ? 'download.opened' : 'viewing.opened',
      viewingId,
      archiveId,
      projectId,
    },
    ...{ actor: person(subject), client, sessionId: `session of ${archiveId}`, projectName: 'Retail' },
    ...{ reasonCode: 'complaint', reason: 'The client complains', caseReference: 'C-7' },
  })

const windowOf = (viewingId: string, from: number, to: number) =>
  record({
    ...{ action: viewingId === DOWNLOAD ? 'download.window' : 'viewing.window', viewingId },
    ...{ window: { start: from * 1000, end: to * 1000, bytes: (to - from) * 1001 }, media: { from, to } },
  })

beforeAll(async () => {
  const { applicationUrl, ownerUrl } = await createMigratedDatabase()
  db = openDatabase(applicationUrl)
  owner = await openSession(ownerUrl)
  for (const subject of ['robin', 'alex'])
    await db.person.create({
      data: {
        issuer: 'https://login.bank.test',
        subject,
        email: `${subject}@bank.test`,
        name: `${subject} Somebody`,
      },
    })
  await addProjects(db, { [RETAIL]: 'Retail', [PRIVATE]: 'Private' })
  await record({ action: 'server.started', actor: { kind: 'service', name: 'server' } })
  await record({ action: 'sign-in.succeeded', actor: person('robin'), client })
  await open(VIEWING, 'robin', ARCHIVE, RETAIL)
  await windowOf(VIEWING, 0, 10)
  await windowOf(VIEWING, 10, 20)
  // Asked for again: served twice, seen once.
  await windowOf(VIEWING, 5, 15)
  await record({
    action: 'viewing.progressed',
    viewingId: VIEWING,
    claimed: [
      [0, 6],
      [4, 8.5],
    ],
  })
  await record({
    ...{ action: 'viewing.refused', outcome: 'refused', code: 'forbidden', viewingId: VIEWING },
    ...RECORDING,
    ...{ actor: person('alex'), client },
  })
  await open(OTHER_VIEWING, 'alex', OTHER_ARCHIVE, PRIVATE)
  await windowOf(OTHER_VIEWING, 0, 4)
  await record({
    ...{ action: 'viewing.closed', viewingId: VIEWING, code: 'ended', claimed: [[30, 31]] },
    ...RECORDING,
  })
  await open(DOWNLOAD, 'robin', ARCHIVE, RETAIL)
  await windowOf(DOWNLOAD, 0, 60)
  await record({ action: 'project.changed', projectId: RETAIL, projectName: 'Retail before' })
  await record({
    ...{ action: 'access.listed', client: { ...client, address: '192.0.2.99' } },
    actor: { ...person('ari'), roles: [`auditor@${PRIVATE}`] },
  })
})
afterAll(() => Promise.all([db.$disconnect(), owner.end()]))

const find = async (filter: LogFilter = {}, scope: LogScope = 'all') => {
  const { events } = await findEvents(db, { filter, scope }, { after: null, limit: 50 })
  return events
}
const shown = async (filter: LogFilter = {}, scope: LogScope = 'all'): Promise<string[]> =>
  (await find(filter, scope)).map(({ action, viewingId }) =>
    [action, ...(viewingId === OTHER_VIEWING ? ['other'] : [])].join(' '),
  )

const OF_RETAIL = ['download.opened', 'viewing.closed', 'viewing.refused', 'viewing.opened']
const ALL = [
  ...[
    'access.listed',
    'project.changed',
    'download.opened',
    'viewing.closed',
    'viewing.opened other',
    'viewing.refused',
    'viewing.opened',
  ],
  ...['sign-in.succeeded', 'server.started'],
]

test('the log is listed newest first, what was served and claimed folded away', async () => {
  expect(await shown()).toEqual(ALL)
})

describe('under an opening', () => {
  const folded = async (viewingId: string) =>
    (await find({ viewingId })).find(({ action }) => action.endsWith('.opened'))?.folded

  test('windows are counted, bytes are added up, and seconds served twice count once', async () => {
    expect(await folded(VIEWING)).toEqual({
      ...{ windows: 3, servedBytes: 30_030, mediaSeconds: 20, claimedSeconds: 9.5 },
      lastAt: expect.any(Date),
    })
    expect(await folded(DOWNLOAD)).toMatchObject({ windows: 1, servedBytes: 60_060, mediaSeconds: 60 })
    expect(await folded(OTHER_VIEWING)).toMatchObject({ windows: 1, claimedSeconds: 0 })
  })

  test('there is nothing when nothing was served', async () => {
    const viewingId = newUuid()
    await record({ action: 'viewing.opened', viewingId, projectId: newUuid(), actor: person('idle') })
    expect(await folded(viewingId)).toBeNull()
  })
})

describe('the filter', () => {
  test.each<[string, LogFilter, string[]]>([
    ['by session finds what its viewings did', { sessionId: `session of ${ARCHIVE}` }, OF_RETAIL],
    ['by archive likewise', { archiveId: OTHER_ARCHIVE }, ['viewing.opened other']],
    ['by viewing', { viewingId: VIEWING }, ['viewing.closed', 'viewing.refused', 'viewing.opened']],
    ['by action', { action: 'sign-in.succeeded' }, ['sign-in.succeeded']],
    [
      'by a folded action shows each of it',
      { action: 'viewing.window', archiveId: ARCHIVE },
      ['viewing.window', 'viewing.window', 'viewing.window'],
    ],
    [
      'by mail, in any case, folds what names nobody itself under its opening',
      { person: 'Robin@Bank.test' },
      ['download.opened', 'viewing.opened', 'sign-in.succeeded'],
    ],
    [
      'by somebody and a folded action shows each of it',
      { action: 'viewing.window', person: 'robin' },
      ['viewing.window', 'viewing.window', 'viewing.window'],
    ],
    ['by somebody and how it ended', { action: 'viewing.closed', person: 'robin' }, ['viewing.closed']],
    ['by outcome', { outcome: 'refused' }, ['viewing.refused']],
    ['by the outcome of most', { outcome: 'allowed', person: 'alex' }, ['viewing.opened other']],
    ['by reason', { reason: 'complaint' }, ['download.opened', 'viewing.opened other', 'viewing.opened']],
    ['by case', { caseReference: 'C-7' }, ['download.opened', 'viewing.opened other', 'viewing.opened']],
    ['by a part of a case', { caseReference: 'C-' }, []],
    ['by case and archive', { caseReference: 'C-7', archiveId: OTHER_ARCHIVE }, ['viewing.opened other']],
    ['by role', { role: 'auditor' }, ['access.listed']],
    [
      'by role and somebody',
      { role: 'reviewer', person: 'alex' },
      ['viewing.opened other', 'viewing.refused'],
    ],
    ['by a role that nobody had', { role: 'admin' }, []],
    ['by address', { address: '192.0.2.99' }, ['access.listed']],
    ['by project', { project: 'Private' }, ['viewing.opened other']],
    ['by a project’s name from before', { project: 'Retail before' }, ['project.changed', ...OF_RETAIL]],
    ['by no project', { project: 'Nothing' }, []],
    ['by time', { to: new Date(0) }, []],
    [
      'by time and outcome',
      { from: new Date(0), to: new Date('2999-01-01'), outcome: 'refused' },
      ['viewing.refused'],
    ],
    ['by a part of a name', { person: 'LEX some' }, ['viewing.opened other', 'viewing.refused']],
    ['by subject', { person: 'alex' }, ['viewing.opened other', 'viewing.refused']],
    ['by a service', { person: 'server' }, ['server.started']],
    ['by nobody known', { person: 'ghost' }, []],
    ['by a name with a sign of its own', { person: '%' }, []],
    ['by what belongs together', { person: 'robin', sessionId: `session of ${OTHER_ARCHIVE}` }, []],
  ])('%s', async (_, filter, actions) => {
    expect(await shown(filter)).toEqual(actions)
  })
})

describe('a reader of some projects', () => {
  test('sees what is of these alone, and nothing that is of none', async () => {
    expect(await shown({}, [PRIVATE])).toEqual(['viewing.opened other'])
    expect(await shown({}, [RETAIL])).toEqual(['project.changed', ...OF_RETAIL])
    expect(await shown({}, [RETAIL, PRIVATE])).toEqual(
      ALL.filter((action) => !/server|sign-in|access/.test(action)),
    )
    expect(await shown({}, [])).toEqual([])
  })

  test('does not get past that by naming a viewing, a session or somebody', async () => {
    const scope = [PRIVATE]
    expect(await shown({ viewingId: VIEWING }, scope)).toEqual([])
    expect(await shown({ sessionId: `session of ${ARCHIVE}` }, scope)).toEqual([])
    expect(await shown({ person: 'robin' }, scope)).toEqual([])
    expect(await shown({ project: 'Retail' }, scope)).toEqual([])
    expect(await shown({ caseReference: 'C-7' }, scope)).toEqual(['viewing.opened other'])
    expect(await shown({ action: 'viewing.window' }, scope)).toEqual(['viewing.window other'])
    const page = { after: null, limit: 50 }
    const asked = { filter: { viewingId: VIEWING }, scope }
    expect((await findEventsOfViewing(db, asked, page)).events).toEqual([])
  })
})

describe('a line', () => {
  test('of a viewing borrows who, where and what from its opening, and not why', async () => {
    const [line] = await find({ viewingId: VIEWING, action: 'viewing.window' })
    expect(line).toMatchObject({
      ...{ actorSubject: 'robin', actorEmail: 'robin@bank.test', address: '192.0.2.7', project: 'Retail' },
      ...{ sessionId: `session of ${ARCHIVE}`, archiveId: ARCHIVE, mediaFromSeconds: 5, mediaToSeconds: 15 },
      ...{ windowStart: 5000, windowEnd: 15_000, bytes: 10_010, actorRoles: ['reviewer'] },
    })
  })

  test('of a stranger is the stranger’s', async () => {
    const [line] = await find({ action: 'viewing.refused' })
    expect(line).toMatchObject({
      ...{ actorSubject: 'alex', actorEmail: 'alex@bank.test', outcome: 'refused', code: 'forbidden' },
      ...{ reason: null, reasonCode: null, caseReference: null, archiveId: ARCHIVE },
    })
  })

  test('of an opening has its reason and case', async () => {
    const [line] = await find({ viewingId: VIEWING, action: 'viewing.opened' })
    expect(line).toMatchObject({
      reason: 'The client complains',
      caseReference: 'C-7',
      reasonCode: 'complaint',
    })
  })

  test('whose content was dropped says “erased”', async () => {
    const id = await record({ action: 'recording.viewed', actor: person('leaver'), client, reason: 'to go' })
    const [row] = await owner.ask<{ event_id: string }>('SELECT event_id FROM audit.events WHERE id = $1', [
      id,
    ])
    await eraseValues(owner, row?.event_id ?? '')
    const [line] = await find({ person: 'leaver' })
    expect(line).toMatchObject({
      ...{ actorSubject: 'leaver', actorEmail: 'erased', actorName: 'erased', address: 'erased' },
      ...{ reason: 'erased', caseReference: null },
    })
  })
})

describe('pages', () => {
  const walk = async (scope: LogScope, limit: number, between?: () => Promise<unknown>) => {
    const ids: string[] = []
    let after: string | null = null
    do {
      const found: Awaited<ReturnType<typeof findEvents>> = await findEvents(
        db,
        { filter: {}, scope },
        { after, limit },
      )
      expect(found.events.length).toBeLessThanOrEqual(limit)
      ids.push(...found.events.map(({ id }) => id))
      after = found.next
      await between?.()
    } while (after !== null)
    return ids
  }

  test('follow each other without a gap or a repetition, while the log goes on', async () => {
    const project = newUuid()
    const written: string[] = []
    // In one transaction, so that many stand within the same microseconds.
    await db.$transaction(async (tx) => {
      for (let row = 0; row < 25; row += 1) {
        const { id } = await recordEvent(tx, {
          ...{ id: newUuid(), action: 'recording.viewed', outcome: 'allowed', projectId: project },
        })
        written.push(id)
      }
    })
    const newest = written.toReversed()
    for (const limit of [1, 7, 25, 26]) expect(await walk([project], limit)).toEqual(newest)
    const going = () => record({ action: 'recording.viewed', projectId: project })
    expect(await walk([project], 5, going)).toEqual(newest)
  })

  test('of one viewing go from its opening on', async () => {
    const actions: string[] = []
    let after: string | null = null
    do {
      const found: Awaited<ReturnType<typeof findEventsOfViewing>> = await findEventsOfViewing(
        db,
        { filter: { viewingId: VIEWING }, scope: 'all' },
        { after, limit: 2 },
      )
      actions.push(...found.events.map(({ action }) => action))
      after = found.next
    } while (after !== null)
    expect(actions).toEqual([
      ...['viewing.opened', 'viewing.window', 'viewing.window', 'viewing.window', 'viewing.progressed'],
      ...['viewing.refused', 'viewing.closed'],
    ])
  })

  test('do not begin at a place that no page gave', async () => {
    for (const after of ['', '1', 'x.y', '1700000000000000.', `${'9'.repeat(40)}.1`, "1700000000000000.1'"])
      await expect(
        findEvents(db, { filter: {}, scope: 'all' }, { after, limit: 1 }),
        after,
      ).rejects.toMatchObject({
        code: 'request-invalid',
      })
  })
})

test('a case is found as it stands on record, also with marks that nobody sees, and as it is seen', async () => {
  const marked = await record({ action: 'grant.given', caseReference: 'C\u00A08\u200B' })
  const plain = await record({ action: 'grant.given', caseReference: 'C 8' })
  const found = async (text: string): Promise<string[]> => {
    const { filter } = parseLogFilter({ case: text })
    const { events } = await findEvents(db, { filter, scope: 'all' }, { after: null, limit: 50 })
    return events.map(({ id }) => String(id))
  }
  expect(await found('C\u00A08\u200B')).toEqual([plain, marked])
  expect(await found('C 8')).toEqual([plain])
})
