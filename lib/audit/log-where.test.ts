import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import type { Prisma } from '../../prisma/client/client.ts'
import { openDatabase } from '../database.ts'
import { newUuid } from '../uuid.ts'
import type { AuditActor, AuditEvent } from './event.ts'
import type { LogScope } from './learn-filter.ts'
import type { LogFilter } from './log-filter.ts'
import { whereOf, whereSealed } from './log-where.ts'
import { EVENT_TABLES } from './logged-event.ts'
import { recordEvent } from './record.ts'
import { addProjects } from './test-projects.ts'

let db: ReturnType<typeof openDatabase>
const [RETAIL, PRIVATE, VIEWING, OTHER, ARCHIVE] = [newUuid(), newUuid(), newUuid(), newUuid(), newUuid()]
const client = (address: string) => ({ address, userAgent: 'test', requestId: 'r-1' })
const person = (subject: string, role: string): AuditActor => ({
  ...{ kind: 'person', issuer: 'https://login.bank.test', subject, name: subject, email: null },
  ...{ roles: [role], signInId: newUuid(), signedInAt: new Date(), acr: null, amr: [] },
})

beforeAll(async () => {
  db = openDatabase((await createMigratedDatabase()).applicationUrl)
  await addProjects(db, { [RETAIL]: 'Retail', [PRIVATE]: 'Private' })
  const record = (event: Omit<AuditEvent, 'id' | 'outcome'> & { outcome?: AuditEvent['outcome'] }) =>
    recordEvent(db, { id: newUuid(), outcome: 'allowed', ...event })
  await record({
    ...{
      action: 'viewing.opened',
      viewingId: VIEWING,
      archiveId: ARCHIVE,
      sessionId: 'S-1',
      projectId: RETAIL,
    },
    ...{ actor: person('robin', `reviewer@${RETAIL}`), client: client('192.0.2.1') },
    ...{ reasonCode: 'complaint', reason: 'The client complains', caseReference: 'C-7' },
  })
  await record({ action: 'key.used', viewingId: VIEWING, projectId: RETAIL, archiveId: ARCHIVE })
  await record({ action: 'viewing.window', viewingId: VIEWING })
  await record({
    ...{ action: 'viewing.refused', outcome: 'refused', viewingId: VIEWING, archiveId: ARCHIVE },
    ...{ actor: person('alex', 'admin'), client: client('192.0.2.2') },
  })
  await record({
    ...{ action: 'viewing.closed', viewingId: VIEWING, actor: person('robin', 'reviewer') },
    client: client('192.0.2.3'),
  })
  await record({
    action: 'viewing.opened',
    viewingId: OTHER,
    projectId: PRIVATE,
    actor: person('alex', 'reviewer'),
  })
  await record({ action: 'viewing.window', viewingId: OTHER })
  await record({ action: 'server.started', actor: { kind: 'service', name: 'server' } })
})
afterAll(() => db.$disconnect())

const fitting = async (filter: LogFilter, scope: LogScope = 'all'): Promise<string[]> => {
  const [found, sealed] = await Promise.all(
    [whereOf, whereSealed].map(async (where) => findLines(await where(db, filter, scope))),
  )
  expect(sealed).toEqual(found)
  return found ?? []
}

async function findLines(where: Prisma.Sql): Promise<string[]> {
  const rows = await db.$queryRaw<{ line: string }[]>`
    SELECT e.action || CASE WHEN e.viewing_id = ${OTHER}::uuid THEN ' other' ELSE '' END AS line
    FROM ${EVENT_TABLES} WHERE ${where} ORDER BY e.id`
  return rows.map(({ line }) => line)
}

const actIn = ({
  subject,
  ...event
}: Pick<AuditEvent, 'action' | 'projectId' | 'viewingId'> & { subject: string }) =>
  recordEvent(db, { id: newUuid(), outcome: 'allowed', actor: person(subject, 'reviewer'), ...event })

const NOBODYS = ['key.used', 'viewing.window']
const WHOLE = ['viewing.opened', ...NOBODYS, 'viewing.refused', 'viewing.closed']
const OTHERS = ['viewing.opened other', 'viewing.window other']

describe('the rows that fit', () => {
  test.each<[string, LogFilter, string[]]>([
    ['nothing in particular', {}, [...WHOLE, ...OTHERS, 'server.started']],
    ['a session are all of its viewings', { sessionId: 'S-1' }, WHOLE],
    ['an archive likewise', { archiveId: ARCHIVE }, WHOLE],
    ['a project likewise', { project: 'Private' }, OTHERS],
    ['a viewing', { viewingId: OTHER }, OTHERS],
    [
      'somebody are theirs, with what names nobody in their viewings',
      { person: 'robin' },
      ['viewing.opened', ...NOBODYS, 'viewing.closed'],
    ],
    ['somebody refused are theirs alone', { person: 'alex' }, ['viewing.refused', ...OTHERS]],
    ['a role', { role: 'admin' }, ['viewing.refused']],
    ['an address', { address: '192.0.2.1' }, ['viewing.opened', ...NOBODYS]],
    ['the address that it ended from', { address: '192.0.2.3' }, ['viewing.closed']],
    [
      'a case, without the refusal of somebody else',
      { caseReference: 'C-7' },
      [...['viewing.opened', ...NOBODYS], 'viewing.closed'],
    ],
    ['a reason likewise', { reason: 'complaint' }, ['viewing.opened', ...NOBODYS, 'viewing.closed']],
    ['an action', { action: 'viewing.window' }, ['viewing.window', 'viewing.window other']],
    ['an outcome', { outcome: 'refused' }, ['viewing.refused']],
    [
      'several things, each as the row or its opening says',
      { sessionId: 'S-1', person: 'alex' },
      ['viewing.refused'],
    ],
    ['several things that do not meet', { sessionId: 'S-1', project: 'Private' }, []],
    [
      'a case and somebody',
      { caseReference: 'C-7', person: 'robin', action: 'viewing.window' },
      ['viewing.window'],
    ],
    ['a time to come', { from: new Date(Date.now() + 3_600_000) }, []],
  ])('%s', async (_, filter, lines) => {
    expect(await fitting(filter)).toEqual(lines)
  })

  test('a reader of some projects are of these alone', async () => {
    expect(await fitting({}, [PRIVATE])).toEqual(OTHERS)
    expect(await fitting({}, [])).toEqual([])
    expect(await fitting({ person: 'alex' }, [RETAIL])).toEqual(['viewing.refused'])
    expect(await fitting({ project: 'Retail' }, [PRIVATE])).toEqual([])
  })
})

test('too many people for a name are refused, and not left out', async () => {
  await db.person.createMany({
    data: Array.from({ length: 201 }, (_, n) => ({
      ...{ issuer: 'https://login.bank.test', subject: `many-${n}`, name: `Many Of-Them ${n}` },
    })),
  })
  await expect(whereOf(db, { person: 'of-them' }, 'all')).rejects.toMatchObject({ code: 'request-invalid' })
  expect(await fitting({ person: 'of-them 17' })).toEqual([])
  await actIn({ subject: 'many-7', action: 'recording.viewed', projectId: RETAIL })
  await actIn({ subject: 'many-8', action: 'viewing.refused', viewingId: VIEWING })
})

test('how many there are in other projects is not told: those count who are on record in one’s own', async () => {
  const many = { person: 'of-them' }
  expect(await fitting(many, [RETAIL])).toEqual(['recording.viewed', 'viewing.refused'])
  expect(await fitting(many, [PRIVATE])).toEqual([])
  expect(await fitting(many, [])).toEqual([])
  for (let n = 0; n < 201; n += 1)
    await actIn({ subject: `many-${n}`, action: 'recording.viewed', projectId: PRIVATE })
  await expect(whereOf(db, many, [PRIVATE])).rejects.toMatchObject({ code: 'request-invalid' })
  expect(await fitting(many, [RETAIL])).toEqual(['recording.viewed', 'viewing.refused'])
})

test('sealed rows fit also where their viewing began after it was asked what fits', async () => {
  const [viewingId, archiveId] = [newUuid(), newUuid()]
  const where = await whereSealed(db, { archiveId }, 'all')
  const about = { outcome: 'allowed', viewingId } as const
  await recordEvent(db, { id: newUuid(), action: 'viewing.opened', archiveId, ...about })
  await recordEvent(db, { id: newUuid(), action: 'viewing.window', ...about })
  expect(await findLines(where)).toEqual(['viewing.opened', 'viewing.window'])
})
