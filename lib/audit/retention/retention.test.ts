import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSession, type Session } from '../../../prisma/test-log.ts'
import { layAnnouncement, layMonth, layRow, monthAgo } from '../../../prisma/test-retention.ts'
import { openOffice, type TestOffice } from '../../access/test-office.ts'
import type { Actor } from '../../auth/actor.ts'
import { dropByRule } from '../../jobs/drop-by-rule.ts'
import { listJobs } from '../../jobs/worker.ts'
import { listNotices } from '../../notices/list-notices.ts'
import { decideChange } from '../../projects/decide-change.ts'
import { listChanges } from '../../projects/list-changes.ts'
import type { Services } from '../../services.ts'
import { dropDue } from './drop-due.ts'
import { parseHold, placeHold, proposeRelease } from './hold.ts'
import { listLogRules } from './list-log-rules.ts'
import { parsePreview, previewRule } from './preview-rule.ts'
import { parseErasure, proposeErasure } from './propose-erasure.ts'
import { parseLogRule, proposeLogRule } from './propose-rule.ts'
import { readLogRetention } from './read-retention.ts'

const MONTH = monthAgo(8)
const DAY = `${MONTH.slice(0, 8)}11T10:00:00Z`
const WHY = 'a client’s name was typed there'

let office: TestOffice
let services: Services
let owner: Session
let ada: Actor
let bea: Actor
let ofRetail: Actor
let olga: Actor
let ofWealth: Actor
let retail: string

beforeAll(async () => {
  office = await openOffice()
  services = office.services
  owner = await openSession(office.ownerUrl)
  retail = office.retail.name
  ada = await office.hire('ada', ['admin'])
  bea = await office.hire('bea', ['admin'])
  ofRetail = await office.hire('rita', [`admin@${office.retail.id}`])
  olga = await office.hire('olga', ['auditor'])
  ofWealth = await office.hire('walt', [`auditor@${office.wealth.id}`])
  await layMonth(owner, MONTH)
})
afterAll(() => Promise.all([office.stop(), owner.end()]))

const approve = (actor: Actor, changeId: string) =>
  decideChange(services, actor, { changeId, approve: true, word: null })

async function agree(
  project: string | null,
  contentMonths: number | null,
  linesMonths: number | null,
): Promise<void> {
  const { changeId } = await proposeLogRule(services, ada, { project, contentMonths, linesMonths })
  await approve(bea, changeId)
}

type Row = {
  action: string
  outcome: string
  code: string | null
  actor: string
  after: unknown
  reason: string | null
}
const lastRows = async (count: number): Promise<Row[]> => {
  const rows = await services.db.$queryRaw<Row[]>`
    SELECT e.action::text, e.outcome::text, e.code, e.actor_subject AS actor, e.after, c.reason
    FROM audit.events e LEFT JOIN audit.audit_content c USING (event_id) ORDER BY e.id DESC LIMIT ${count}`
  return rows.toReversed()
}

describe('how long the log is kept', () => {
  test('is chosen by nobody at first, and shown so', async () => {
    const rules = await listLogRules(services, ada)
    expect(rules.map(({ project, rule }) => [project?.name ?? null, rule])).toEqual([
      ['Retail EU', null],
      ['Wealth', null],
      [null, null],
    ])
    expect((await listLogRules(services, ofRetail)).map(({ project }) => project?.name)).toEqual([
      'Retail EU',
    ])
  })

  test('waits for a second administrator, also where there are no four eyes, with what it would let go', async () => {
    await layRow(owner, { at: DAY, projectId: office.retail.id, reason: 'why it was opened' })
    const { changeId } = await proposeLogRule(services, ada, {
      project: retail,
      contentMonths: 60,
      linesMonths: 72,
    })
    const { open } = await listChanges(services, ofRetail, { now: new Date() })
    expect(open).toMatchObject([
      {
        ...{ id: changeId, kind: 'log-retention', because: null },
        lines: [
          'personal values in the log: not chosen becomes 5 years',
          'lines of the log: not chosen becomes 6 years',
          'foreseen when it was proposed, a week after it is announced: no personal values are past yet; no month of lines is past',
        ],
      },
    ])
    await expect(approve(ada, changeId)).rejects.toMatchObject({ code: 'own-access' })
    expect((await listLogRules(services, ofRetail))[0]?.rule).toBeNull()
    await approve(ofRetail, changeId)
    expect((await listLogRules(services, ofRetail))[0]?.rule).toMatchObject({
      ...{ contentMonths: 60, linesMonths: 72, proposedBy: 'ada', agreedBy: 'rita' },
    })
    expect(await lastRows(2)).toMatchObject([
      {
        ...{ action: 'retention.changed', actor: ofRetail.subject },
        after: { contentMonths: 60, linesMonths: 72, changeId, proposedBy: ada.personId },
      },
      { action: 'change.approved', actor: ofRetail.subject },
    ])
  })

  test('says how many lines a shorter one lets go', async () => {
    const { changeId } = await proposeLogRule(services, ada, {
      project: retail,
      contentMonths: 6,
      linesMonths: 6,
    })
    const { open } = await listChanges(services, bea, { now: new Date() })
    const month = MONTH.slice(0, 7)
    expect(open[0]?.lines.at(-1)).toBe(
      `foreseen when it was proposed, a week after it is announced: personal values of 1 line in 1 month (${month}) go; 1 month of lines may go once every project’s rule lets them`,
    )
    await agree(retail, 7, 7)
    await expect(approve(bea, changeId)).rejects.toMatchObject({ code: 'change-unfit' })
    await decideChange(services, bea, { changeId, approve: false, word: 'another was agreed' })
  })

  test('is proposed also where what it lets go cannot be counted in time', async () => {
    await owner.ask('BEGIN')
    await owner.ask('LOCK TABLE audit.audit_content IN ACCESS EXCLUSIVE MODE')
    const proposing = proposeLogRule(services, ada, { project: retail, contentMonths: 6, linesMonths: null })
    await wait(1_900)
    await owner.ask('COMMIT')
    const { changeId } = await proposing
    const { open } = await listChanges(services, bea, { now: new Date() })
    expect(open.find(({ id }) => id === changeId)?.lines.at(-1)).toBe(
      'what it lets go could not be counted in time when it was proposed',
    )
    await decideChange(services, bea, { changeId, approve: false, word: 'not counted' })
  })

  test('is of the portal itself for administrators of all alone', async () => {
    const rule = { project: null, contentMonths: 7, linesMonths: 7 }
    await expect(proposeLogRule(services, ofRetail, rule)).rejects.toMatchObject({ code: 'forbidden' })
    const { changeId } = await proposeLogRule(services, ada, rule)
    await expect(approve(ofRetail, changeId)).rejects.toMatchObject({ code: 'forbidden' })
    await approve(bea, changeId)
    const told = [
      ...(await listNotices(services, bea)).notices.filter(({ kind }) => kind === 'change.awaiting'),
      ...(await listNotices(services, ada)).notices,
    ].filter(({ about }) => about.changeId === changeId)
    expect(told.map(({ kind, about }) => [kind, about.scope, about.project])).toEqual([
      ['change.awaiting', 'portal', null],
      ['change.decided', 'portal', null],
    ])
    expect((await listLogRules(services, ada)).at(-1)).toMatchObject({
      project: null,
      rule: { contentMonths: 7 },
    })
    await expect(proposeLogRule(services, ada, rule)).rejects.toMatchObject({ code: 'change-unfit' })
  })

  test('is proposed by administrators of the project alone, and a refusal is on record', async () => {
    const rule = { project: 'Wealth', contentMonths: 12, linesMonths: 12 }
    for (const actor of [ofRetail, olga])
      await expect(proposeLogRule(services, actor, rule)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await lastRows(1)).toMatchObject([
      { action: 'change.proposed', outcome: 'refused', code: 'forbidden' },
    ])
  })

  test('is looked at beforehand on record, whether one may or not', async () => {
    const asked = new URLSearchParams({ project: retail, content: '6', lines: 'for-good' })
    await previewRule(services, ada, parsePreview(asked))
    expect(await lastRows(1)).toMatchObject([
      { action: 'log.searched', outcome: 'allowed', after: { contentMonths: 6, linesMonths: null } },
    ])
    asked.set('project', 'Wealth')
    await expect(previewRule(services, ofRetail, parsePreview(asked))).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await lastRows(1)).toMatchObject([{ action: 'log.searched', outcome: 'refused' }])
  })

  test.each([
    {},
    { project: 'x' },
    { project: 'x', contentMonths: 0, linesMonths: 1 },
    { project: 'x', contentMonths: 1.5, linesMonths: 2 },
    { project: 'x', contentMonths: '6', linesMonths: 6 },
    { project: 'x', contentMonths: 12, linesMonths: 6 },
    { project: 'x', contentMonths: null, linesMonths: 6 },
    { project: 'x', contentMonths: 1, linesMonths: 1201 },
    { project: 'x'.repeat(10_000), contentMonths: 1, linesMonths: 1 },
    { project: 'x\0', contentMonths: 1, linesMonths: 1 },
    { project: 'x', contentMonths: 1, linesMonths: 1, days: 3 },
    null,
  ])('is not understood from %j', (body) => {
    expect(() => parseLogRule(body)).toThrow(expect.objectContaining({ code: 'request-invalid' }))
  })

  test('nor looked at, or held, of a project whose name no project can have', () => {
    const notUnderstood = expect.objectContaining({ code: 'request-invalid' })
    const asked = new URLSearchParams({ project: 'x\0', content: '6', lines: '6' })
    expect(() => parsePreview(asked)).toThrow(notUnderstood)
    const reason = 'the court asks for this'
    expect(() => parseHold({ project: 'x\0', reason })).toThrow(notUnderstood)
    expect(() => parseHold({ caseReference: '\u200B\u2800', reason })).toThrow(notUnderstood)
  })
})

describe('the daily work', () => {
  const run = () => dropDue(services, new Date(), AbortSignal.timeout(60_000))
  /** As if all that was announced and released had been so many days before. */
  const age = async (days: number): Promise<void> => {
    for (const table of ['audit.drop_announcements', 'audit.log_hold_releases']) {
      await owner.ask(`ALTER TABLE ${table} DISABLE TRIGGER ALL`)
      await owner.ask(`UPDATE ${table} SET at = at - make_interval(days => $1)`, [days])
      await owner.ask(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER refuse_row`)
      await owner.ask(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER refuse_statement`)
    }
  }

  test('is among what is done in the background', () => {
    expect(listJobs()).toContain(dropByRule)
  })

  test('announces what is due, tells it once, and drops it a week later, once', async () => {
    expect(await run()).toMatchObject({ announced: 2, contentMonths: 0, lineMonths: 0 })
    expect(await run()).toMatchObject({ announced: 0, contentMonths: 0, lineMonths: 0 })
    const month = MONTH.slice(0, 7)
    const told = async (actor: Actor) =>
      (await listNotices(services, actor)).notices
        .filter(({ kind }) => kind === 'drop.announced')
        .map(({ about, href }) => [about.part, about.project, about.from, about.to, about.rows, href])
    const ofContent = (href: string) => ['content', 'Retail EU', month, month, '1', href]
    const ofLines = (href: string) => ['lines', null, month, month, '1', href]
    expect(await told(ada)).toEqual([ofLines('/projects'), ofContent('/projects')])
    expect(await told(olga)).toEqual([ofLines('/audit/retention'), ofContent('/audit/retention')])
    expect(await told(ofRetail)).toEqual([ofContent('/projects')])
    expect(await told(ofWealth)).toEqual([])
    expect((await readLogRetention(services, olga)).announced).toMatchObject([
      { part: 'content', project: 'Retail EU', month, rows: 1 },
      { part: 'lines', project: null, month, rows: 1 },
    ])
    expect(await lastRows(1)).toMatchObject([
      { action: 'log.searched', outcome: 'allowed', actor: olga.subject },
    ])
    // Who reads one project alone is told of its lines, and not of how many all projects have.
    const robin = await office.hire('robin', [`auditor@${office.retail.id}`])
    expect((await readLogRetention(services, robin)).announced).toMatchObject([
      { part: 'content', project: 'Retail EU', month, rows: 1 },
      { part: 'lines', project: null, month, rows: null },
    ])
    expect((await readLogRetention(services, ofWealth)).announced).toEqual([])

    await age(6)
    expect(await run()).toMatchObject({ announced: 0, contentMonths: 0, lineMonths: 0 })
    await age(2)
    // no block has it yet: its lines stay
    expect(await run()).toMatchObject({ announced: 0, contentMonths: 1, lineMonths: 0 })
    expect(await run()).toMatchObject({ announced: 0, contentMonths: 0, lineMonths: 0 })
    const { announced, dropped } = await readLogRetention(services, olga)
    expect(announced).toMatchObject([{ part: 'lines', month }])
    expect(dropped).toMatchObject([{ part: 'content', project: 'Retail EU', month, rows: 1 }])
    expect((await readLogRetention(services, ofWealth)).dropped).toEqual([])
  })

  test('passes over what is on hold, and announces it anew once that is released', async () => {
    await layRow(owner, { at: DAY, projectId: office.retail.id, reason: 'late', caseReference: 'C-77' })
    const hold = parseHold({ caseReference: '\u200EC-77\u200B', reason: 'the court asks for this case' })
    const { holdId } = await placeHold(services, olga, hold)
    expect(await lastRows(1)).toMatchObject([
      {
        action: 'hold.changed',
        reason: 'the court asks for this case',
        after: { did: 'placed', of: 'case' },
      },
    ])
    expect(await run()).toMatchObject({ announced: 0, contentMonths: 0 })
    const asked = { holdId, reason: 'the court has decided' }
    await expect(proposeRelease(services, ofWealth, asked)).rejects.toMatchObject({ code: 'forbidden' })
    const { changeId } = await proposeRelease(services, olga, asked)
    expect((await readLogRetention(services, olga)).asked).toMatchObject([
      { id: changeId, kind: 'log-hold', because: 'the court has decided', askedBy: 'olga' },
    ])
    await expect(approve(ofRetail, changeId)).rejects.toMatchObject({ code: 'forbidden' })
    await approve(ada, changeId)
    await expect(proposeRelease(services, olga, asked)).rejects.toMatchObject({ code: 'already-decided' })
    expect((await readLogRetention(services, olga)).holds).toMatchObject([
      { id: holdId, caseReference: 'C-77', released: { askedBy: 'olga', agreedBy: 'ada' } },
    ])
    expect(await run()).toMatchObject({ announced: 2, contentMonths: 0 })
  })

  test('leaves all of a month or none when it is killed in the middle', async () => {
    await age(8)
    const values = () =>
      owner.ask(`SELECT FROM audit.audit_content WHERE case_reference = 'C-77' AND reason = 'late'`)
    const acts = () => owner.ask(`SELECT FROM audit.events WHERE action = 'log.dropped'`)
    const child = spawn(process.execPath, [
      ...[join(import.meta.dirname, 'test-dropper.ts'), services.env.databaseUrl, office.retail.id, MONTH],
    ])
    const [said] = await once(child.stdout, 'data')
    expect(String(said)).toBe('1\n')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect([await values(), await acts()].map(({ length }) => length)).toEqual([1, 1])
    expect(await run()).toMatchObject({ announced: 0, contentMonths: 1 })
    expect([await values(), await acts()].map(({ length }) => length)).toEqual([0, 2])
  })

  test('goes on with the other projects where one fails', async () => {
    const others = await layRow(owner, { at: DAY, projectId: office.wealth.id, reason: 'of another project' })
    await layRow(owner, { at: DAY, projectId: office.retail.id, reason: 'of the one that fails' })
    await agree('Wealth', 7, null)
    for (const project of [office.retail.id, office.wealth.id])
      await layAnnouncement(owner, { part: 'content', project, month: MONTH, days: 8 })
    await owner.ask(
      `ALTER TABLE audit.dropped_content ADD CONSTRAINT broken CHECK (project_id <> '${office.retail.id}') NOT VALID`,
    )
    expect(await run()).toMatchObject({ contentMonths: 1 })
    await owner.ask('ALTER TABLE audit.dropped_content DROP CONSTRAINT broken')
    expect(await owner.ask('SELECT FROM audit.audit_content WHERE event_id = $1', [others])).toEqual([])
  })
})

describe('the personal values of one line', () => {
  const lay = (projectId: string | null) =>
    layRow(owner, { at: new Date().toISOString(), projectId, reason: 'Jo Doe asked' })

  test('are erased when an auditor asks and an administrator of the project agrees', async () => {
    const eventId = await lay(office.retail.id)
    const { changeId } = await proposeErasure(services, olga, parseErasure({ eventId, reason: ` ${WHY} ` }))
    expect(await lastRows(1)).toMatchObject([{ action: 'change.proposed', reason: WHY, actor: olga.subject }])
    await expect(proposeErasure(services, olga, { eventId, reason: WHY })).rejects.toMatchObject({
      code: 'log-kept',
    })
    const { open } = await listChanges(services, ofRetail, { now: new Date() })
    expect(open).toMatchObject([{ id: changeId, kind: 'log-erasure', because: WHY, proposedBy: 'olga' }])
    expect(open[0]?.lines[0]).toMatch(/^line \d+ of \d{4}-\d\d-\d\d: reason erased for good$/)
    await expect(approve(olga, changeId)).rejects.toMatchObject({ code: 'forbidden' })
    await approve(ofRetail, changeId)
    const [shown] = await services.db.$queryRaw<{ reason: string }[]>`
      SELECT l.reason FROM audit.log l JOIN audit.events e USING (id) WHERE e.event_id = ${eventId}::uuid`
    expect(shown?.reason).toBe('erased')
    expect(await lastRows(2)).toMatchObject([
      { action: 'log.erased', after: { askedBy: olga.personId, agreedBy: ofRetail.personId } },
      { action: 'change.approved', actor: ofRetail.subject },
    ])
    expect((await readLogRetention(services, olga)).erasures).toMatchObject([
      { eventId, reason: WHY, agreedBy: 'rita' },
    ])
    expect((await readLogRetention(services, ofWealth)).erasures).toEqual([])
    await expect(proposeErasure(services, olga, { eventId, reason: WHY })).rejects.toMatchObject({
      code: 'log-kept',
    })
  })

  test('are not asked for without a reason, elsewhere, or where there is nothing', async () => {
    const [eventId, own] = [await lay(office.retail.id), await lay(null)]
    for (const reason of ['short', ' '.repeat(20), 'x'.repeat(2001)])
      await expect(proposeErasure(services, olga, { eventId, reason })).rejects.toMatchObject({
        code: 'reason-invalid',
      })
    for (const [actor, id] of [
      [ofWealth, eventId],
      [ofWealth, own],
      [olga, randomUUID()],
      [olga, 'no id'],
    ] as const)
      await expect(proposeErasure(services, actor, { eventId: id, reason: WHY })).rejects.toMatchObject({
        code: 'forbidden',
      })
    const { changeId } = await proposeErasure(services, olga, { eventId: own, reason: WHY })
    await expect(approve(ofRetail, changeId)).rejects.toMatchObject({ code: 'forbidden' })
    await approve(ada, changeId)
  })

  test('are not erased while they are on hold', async () => {
    const eventId = await lay(office.wealth.id)
    const { changeId } = await proposeErasure(services, ofWealth, { eventId, reason: WHY })
    await placeHold(services, ofWealth, {
      project: 'Wealth',
      caseReference: null,
      reason: 'the court asks for all',
    })
    await expect(approve(ada, changeId)).rejects.toMatchObject({ code: 'log-kept' })
  })

  test.each([{}, { eventId: 'x' }, { eventId: 'x', reason: 1 }, { eventId: 'x', reason: 'y', more: 1 }, []])(
    'are not understood from %j',
    (body) => {
      expect(() => parseErasure(body)).toThrow(expect.objectContaining({ code: 'request-invalid' }))
    },
  )
})
