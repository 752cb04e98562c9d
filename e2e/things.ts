// What every address is asked about: a viewing, a grant, a request, a webhook and more of the demo's first project, made
// for one test alone.
import { change } from './asking.ts'
import { AUDITOR, expect, findPurpose, REVIEWER, readStack, visit } from './fixtures.ts'
import { INSIDER } from './outsiders.ts'
import { createQuery, type Query } from './stack/query.ts'
import { openArchive, type Visitor } from './stack/visitor.ts'

export type Things = {
  readonly project: string
  readonly projectId: string
  readonly sessionId: string
  readonly archiveId: string
  /** Whose the viewing and the download are. */
  readonly owner: Visitor
  readonly viewingId: string
  readonly downloadId: string
  /** Somebody who holds something in the first project alone, with a sign-in of theirs. */
  readonly insider: { readonly email: string; readonly personId: string; readonly signInId: string }
  readonly requestId: string
  readonly grantId: string
  readonly hookUrl: string
  readonly webhookId: string
  readonly deliveryId: string
  readonly changeId: string
  /** Of the log of the project. */
  readonly tokenId: string
  /** On no recording, and a line with personal values. */
  readonly holdId: string
  readonly eventId: string
  /** Where the log of the project is pushed to, and a batch that was given up. */
  readonly pushId: string
  readonly batchId: string
  /** Tomorrow. */
  readonly until: string
}

const ADMIN_BESIDE = 'admin2@demo.test'
const WORD = 'To see who is let in where.'
const DAY_MS = 86_400_000

export async function makeThings(): Promise<Things> {
  const stack = readStack()
  const { sessionId, archiveId } = findPurpose('advice')
  const project = stack.projects[0]?.name ?? ''
  const until = new Date(Date.now() + DAY_MS).toISOString()
  const [owner, insider, admin, auditor] = await Promise.all([
    visit(REVIEWER),
    visit(INSIDER),
    visit(ADMIN_BESIDE),
    visit(AUDITOR),
  ])
  const opened = await openArchive(owner, archiveId)
  const opening = { archiveId, reasonCode: 'quality', reason: WORD }
  const asked = { rights: ['recording:find'], until, reason: WORD }
  // Takes nothing, and is no webhook of another test's.
  const hookUrl = `${stack.s3.endpoint}/-/nothing`
  const { pushId } = await make(auditor, '/audit/pushes', { project, url: hookUrl })
  const { webhookId } = await make(admin, '/projects/webhooks', {
    project,
    url: hookUrl,
    events: ['grant.ending'],
  })
  return {
    ...{ project, sessionId, archiveId, owner, until, hookUrl },
    viewingId: opened.viewingId,
    downloadId: (await make(owner, '/downloads', opening)).viewingId ?? '',
    insider: { email: INSIDER, ...(await findInsider()) },
    requestId: (await make(insider, '/access/requests', { archiveId, ...asked })).requestId ?? '',
    grantId: (await make(admin, '/access/grants', { email: INSIDER, project, ...asked })).grantId ?? '',
    webhookId: webhookId ?? '',
    tokenId:
      (await make(auditor, '/audit/tokens', { name: 'siem', projects: [project], until })).tokenId ?? '',
    holdId:
      (await make(auditor, '/audit/holds', { project, caseReference: 'of no recording', reason: WORD }))
        .holdId ?? '',
    eventId: await findLine(opened.viewingId),
    pushId: pushId ?? '',
    batchId: await layDeadBatch(pushId ?? ''),
    ...(await makeByHand(webhookId ?? '', project)),
  }
}

async function make(visitor: Visitor, path: string, json: unknown): Promise<Partial<Record<string, string>>> {
  const answer = await change(visitor, path, { json })
  expect(answer.status, `${path}: ${answer.bytes}`).toBe(201)
  return parseMade(answer.bytes.toString())
}

function parseMade(text: string): Partial<Record<string, string>> {
  return JSON.parse(text) as Partial<Record<string, string>>
}

const asOwner: Query = (sql, values) =>
  createQuery(readStack().environment.DATABASE_OWNER_URL ?? '')(sql, values)

async function findInsider(): Promise<{ personId: string; signInId: string }> {
  const [found] = await asOwner<{ personId: string; signInId: string }>(
    `SELECT p.id AS "personId", s.id AS "signInId" FROM people p JOIN sign_ins s ON s.person_id = p.id
     WHERE p.email = $1 ORDER BY s.started_at DESC LIMIT 1`,
    [INSIDER],
  )
  if (found === undefined) throw new Error('The insider has not signed in.')
  return found
}

/** The line of a viewing's opening. */
async function findLine(viewingId: string): Promise<string> {
  const [found] = await asOwner<{ eventId: string }>(
    `SELECT event_id AS "eventId" FROM audit.events WHERE viewing_id = $1 AND action = 'viewing.opened'`,
    [viewingId],
  )
  return found?.eventId ?? ''
}

/** Rows of the log that a program has not taken for days: none, for they are sent. */
async function layDeadBatch(pushId: string): Promise<string> {
  const [made] = await asOwner<{ id: string }>(
    `INSERT INTO webhook_deliveries (id, webhook_id, event, body, attempts, next_attempt_at, dead_at)
     VALUES (gen_random_uuid(), $1, 'log.batch',
       '{"from": {"block": 0, "row": 0}, "through": {"block": 0, "row": 0}, "rows": 0}', 8, NULL, now()) RETURNING id`,
    [pushId],
  )
  return made?.id ?? ''
}

/** What comes about by a webhook that fails for days, and on a project of four eyes. */
async function makeByHand(
  webhookId: string,
  project: string,
): Promise<Pick<Things, 'projectId' | 'deliveryId' | 'changeId'>> {
  const [made] = await asOwner<Pick<Things, 'projectId' | 'deliveryId' | 'changeId'>>(
    `WITH delivery AS (
       INSERT INTO webhook_deliveries (id, webhook_id, event, body, attempts, next_attempt_at, dead_at)
       VALUES (gen_random_uuid(), $1, 'grant.ending', '{}', 12, NULL, now()) RETURNING id
     ), change AS (
       INSERT INTO changes (id, project_id, kind, summary, secrets)
       SELECT gen_random_uuid(), id, 'rules', '{"lines": ["A rule is relaxed."], "forAll": false}', '{}'
       FROM projects WHERE name = $2 RETURNING id, project_id
     )
     SELECT change.project_id AS "projectId", delivery.id AS "deliveryId", change.id AS "changeId" FROM delivery, change`,
    [webhookId, project],
  )
  if (made === undefined) throw new Error('Nothing was made.')
  return made
}
