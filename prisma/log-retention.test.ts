import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../e2e/stack/test-database.ts'
import { openSession, type Session } from './test-log.ts'
import { layAnnouncement, layChange, layMonth, layRow, monthAgo } from './test-retention.ts'
import { sealRows } from './test-seal.ts'

let application: Session
/** Reads an older state. */
let stale: Session
let owner: Session
let retail: string
let wealth: string
let ada: string
let bea: string
let rita: string
let olga: string

const MONTH = monthAgo(5)
const NEXT = monthAgo(4)
const at = (month: string, day = 15): string =>
  `${month.slice(0, 8)}${String(day).padStart(2, '0')}T10:00:00Z`

async function addProject(name: string): Promise<string> {
  const id = randomUUID()
  await application.ask(
    `INSERT INTO public.projects (id, kind, recorder_key, name, api_url, secrets, reasons)
     VALUES ($1, 'opentok', $2, $3, 'https://api.test', '{}', '[]')`,
    [id, id.slice(-8), name],
  )
  return id
}

async function addPerson(role: string, project: string | null): Promise<string> {
  const id = randomUUID()
  await application.ask('INSERT INTO public.people (id, issuer, subject) VALUES ($1, $2, $3)', [id, 'i', id])
  await application.ask(
    'INSERT INTO public.roles_held (id, person_id, role, project_id) VALUES ($1, $2, $3, $4)',
    [...[randomUUID(), id, role, project]],
  )
  return id
}

beforeAll(async () => {
  const { applicationUrl, ownerUrl } = await createMigratedDatabase()
  application = await openSession(applicationUrl)
  stale = await openSession(applicationUrl)
  owner = await openSession(ownerUrl)
  retail = await addProject('Retail EU')
  wealth = await addProject('Wealth')
  ada = await addPerson('admin', null)
  bea = await addPerson('admin', null)
  rita = await addPerson('admin', retail)
  olga = await addPerson('auditor', null)
  await application.ask('SELECT audit.begin_series()')
  await layMonth(owner, MONTH)
  await layMonth(owner, NEXT)
})
afterAll(() => Promise.all([application.end(), stale.end(), owner.end()]))

const AGREE = 'SELECT audit.agree_log_rule($1, $2)'
const CONTENT = 'SELECT audit.drop_content($1, $2) AS rows'
const LINES = 'SELECT audit.drop_month($1) AS rows'

const proposeRule = (
  projectId: string,
  months: { contentMonths: number | null; linesMonths: number | null },
  { proposedBy = ada as string | null, forAll = false } = {},
) => layChange(application, { kind: 'log-retention', projectId, proposedBy, log: months, forAll })

async function agreeRule(
  projectId: string,
  contentMonths: number | null,
  linesMonths: number | null,
  forAll = false,
): Promise<void> {
  const change = await proposeRule(projectId, { contentMonths, linesMonths }, { forAll })
  await application.ask(AGREE, [change, bea])
  // as deciding does
  await application.ask(
    `UPDATE public.changes SET decision = 'approved', decided_at = now(), decided_by = $2 WHERE id = $1`,
    [...[change, bea]],
  )
}

const refusal = async (sql: string, values: unknown[]): Promise<string> => {
  const told = await application.refusal(sql, values)
  return told?.replace(/^23514 (\w+): .*$/s, '$1') ?? 'done'
}

const contentOf = async (eventId: string): Promise<number> =>
  (await application.ask('SELECT FROM audit.audit_content WHERE event_id = $1', [eventId])).length

describe('a rule', () => {
  test('is agreed by another administrator of where it is, and by nobody else', async () => {
    const change = await proposeRule(retail, { contentMonths: 6, linesMonths: 72 })
    expect(await refusal(AGREE, [change, ada])).toBe('log_change_two_people')
    expect(await refusal(AGREE, [change, olga])).toBe('log_change_by_who_may')
    expect(await refusal(AGREE, [change, randomUUID()])).toBe('log_change_by_who_may')
    expect(await refusal(AGREE, [change, rita])).toBe('done')
    expect(await refusal(AGREE, [randomUUID(), bea])).toBe('log_change_waits')
    const elsewhere = await proposeRule(wealth, { contentMonths: 6, linesMonths: 72 })
    expect(await refusal(AGREE, [elsewhere, rita])).toBe('log_change_by_who_may')
    const forAll = await proposeRule(retail, { contentMonths: 6, linesMonths: 72 }, { forAll: true })
    expect(await refusal(AGREE, [forAll, rita])).toBe('log_change_by_who_may')
  })

  test('is not agreed once it lapsed or was decided, by whom it was not proposed, or without its months', async () => {
    const change = await proposeRule(retail, { contentMonths: 6, linesMonths: 72 })
    await application.ask(
      `UPDATE public.changes SET proposed_at = now() - interval '73 hours' WHERE id = $1`,
      [change],
    )
    expect(await refusal(AGREE, [change, bea])).toBe('log_change_waits')
    const byFile = await proposeRule(retail, { contentMonths: 6, linesMonths: 72 }, { proposedBy: null })
    expect(await refusal(AGREE, [byFile, bea])).toBe('log_change_two_people')
    const byAuditor = await proposeRule(retail, { contentMonths: 6, linesMonths: 72 }, { proposedBy: olga })
    expect(await refusal(AGREE, [byAuditor, bea])).toBe('log_change_by_who_may')
    const other = await layChange(application, { kind: 'rules', projectId: retail, proposedBy: ada, log: {} })
    expect(await refusal(AGREE, [other, bea])).toBe('log_change_waits')
    const empty = await layChange(application, {
      kind: 'log-retention',
      projectId: retail,
      proposedBy: ada,
      log: {},
    })
    expect(await refusal(AGREE, [empty, bea])).toBe('log_rules_said')
  })

  test.each([
    [0, 12],
    [12, 6],
    [6, 1201],
    [null, 72],
  ])('of %j and %j months is refused', async (contentMonths, linesMonths) => {
    const change = await proposeRule(retail, { contentMonths, linesMonths })
    expect(await application.refusal(AGREE, [change, bea])).toMatch(/^23514 /)
  })
})

describe('personal values', () => {
  let old: string
  beforeAll(async () => {
    old = await layRow(owner, { at: at(MONTH), projectId: retail, reason: 'a client asks' })
  })

  test('are dropped once a rule is past, and was announced a week before, and not on hold', async () => {
    expect(await refusal(CONTENT, [retail, MONTH])).toBe('log_drop_by_rule')
    await agreeRule(retail, null, null)
    expect(await refusal(CONTENT, [retail, MONTH])).toBe('log_drop_when_past')
    await agreeRule(retail, 5, 5)
    expect(await refusal(CONTENT, [retail, MONTH])).toBe('log_drop_when_past')
    await agreeRule(retail, 4, 4)
    expect(await refusal(CONTENT, [retail, MONTH])).toBe('log_drop_announced')
    await application.ask('SELECT audit.announce_drop($1, $2, $3)', ['content', retail, MONTH])
    expect(await refusal(CONTENT, [retail, MONTH])).toBe('log_drop_announced')
    await layAnnouncement(owner, { part: 'content', project: retail, month: MONTH, days: 8 })
    expect(await refusal(CONTENT, [retail, MONTH])).toBe('done')
    expect(await refusal(CONTENT, [retail, at(MONTH).slice(0, 10)])).toBe('log_drop_whole_months')
    expect(await refusal(CONTENT, [retail, monthAgo(0)])).toBe('log_drop_whole_months')
    expect(await refusal(CONTENT, [wealth, MONTH])).toBe('log_drop_by_rule')

    await agreeRule(retail, 3, 3)
    expect(await refusal(CONTENT, [retail, MONTH])).toBe('log_drop_announced')
    await layAnnouncement(owner, { part: 'content', project: retail, month: MONTH, days: 8 })

    const hold = randomUUID()
    await application.ask('SELECT audit.place_log_hold($1, $2, $3, $4, $5)', [
      hold,
      retail,
      null,
      'a court asks',
      olga,
    ])
    expect(await refusal(CONTENT, [retail, MONTH])).toBe('log_on_hold')
    const release = await layChange(application, {
      ...{ kind: 'log-hold', projectId: retail, proposedBy: olga, log: { holdId: hold } },
    })
    const RELEASE = 'SELECT audit.release_log_hold($1, $2)'
    expect(await refusal(RELEASE, [release, olga])).toBe('log_change_two_people')
    await application.ask(RELEASE, [release, ada])
    expect(await refusal(RELEASE, [release, bea])).toBe('log_holds_released_once')
    expect(await refusal(CONTENT, [retail, MONTH])).toBe('log_drop_announced')
    await owner.ask(`ALTER TABLE audit.log_hold_releases DISABLE TRIGGER ALL`)
    await owner.ask(`UPDATE audit.log_hold_releases SET at = now() - interval '30 days'`)
    await owner.ask(`ALTER TABLE audit.log_hold_releases ENABLE ALWAYS TRIGGER refuse_row`)
    await owner.ask(`ALTER TABLE audit.log_hold_releases ENABLE ALWAYS TRIGGER refuse_statement`)

    const byCase = randomUUID()
    await application.ask('SELECT audit.place_log_hold($1, $2, $3, $4, $5)', [
      byCase,
      null,
      ' c-9 ',
      'a court asks',
      olga,
    ])
    expect(await refusal(CONTENT, [retail, MONTH])).toBe('done')
    const held = await layRow(owner, { at: at(MONTH, 3), projectId: retail, caseReference: 'C-9' })
    expect(await refusal(CONTENT, [retail, MONTH])).toBe('log_on_hold')
    await owner.ask('BEGIN')
    await owner.ask(
      `INSERT INTO audit.log_hold_releases VALUES ($1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now() - interval '20 days')`,
      [byCase],
    )
    await owner.ask('COMMIT')

    const windowed = randomUUID()
    const opening = await layRow(owner, {
      ...{ at: at(MONTH), projectId: retail, action: 'viewing.opened', viewingId: windowed, reason: 'why' },
    })
    const stranger = await layRow(owner, {
      at: at(MONTH),
      action: 'viewing.refused',
      viewingId: windowed,
      reason: 'r',
    })
    const others = [
      await layRow(owner, { at: at(MONTH), projectId: wealth, reason: 'kept: of another project' }),
      await layRow(owner, { at: at(MONTH), reason: 'kept: the portal’s own' }),
      await layRow(owner, { at: at(NEXT), projectId: retail, reason: 'kept: of another month' }),
    ]
    expect(await application.ask(CONTENT, [retail, MONTH])).toEqual([{ rows: '4' }])
    for (const gone of [old, held, opening, stranger]) expect(await contentOf(gone)).toBe(0)
    for (const kept of others) expect(await contentOf(kept)).toBe(1)
    expect(
      await application.ask(
        `SELECT action::text, target_kind, target_id, project_name, actor_subject, after FROM audit.events ORDER BY id DESC LIMIT 1`,
      ),
    ).toEqual([
      {
        ...{
          action: 'log.dropped',
          target_kind: 'log-content',
          target_id: MONTH.slice(0, 7),
          project_name: 'Retail EU',
        },
        ...{ actor_subject: 'recordroom' },
        after: {
          rows: 4,
          rules: [
            {
              ...{ rule: expect.any(Number), project: retail, contentMonths: 3, linesMonths: 3 },
              ...{ proposedBy: ada, agreedBy: bea },
            },
          ],
        },
      },
    ])
    expect(await application.ask(CONTENT, [retail, MONTH])).toEqual([{ rows: '0' }])
  })

  test('are announced once, when they are due within days, by the rule that holds', async () => {
    const ANNOUNCE = 'SELECT audit.announce_drop($1, $2, $3) AS rows'
    expect(await refusal(ANNOUNCE, ['content', retail, monthAgo(2)])).toBe('log_drop_when_past')
    expect(await application.ask(ANNOUNCE, ['content', retail, NEXT])).toEqual([{ rows: '1' }])
    expect(await application.ask(ANNOUNCE, ['content', retail, NEXT])).toEqual([{ rows: null }])
    expect(
      await application.ask(
        `SELECT action::text, target_id, after ->> 'rows' AS rows FROM audit.events ORDER BY id DESC LIMIT 1`,
      ),
    ).toEqual([{ action: 'drop.announced', target_id: NEXT.slice(0, 7), rows: '1' }])
    expect(await refusal(ANNOUNCE, ['lines', retail, NEXT])).toBe('log_drop_whole_months')
    expect(await refusal(ANNOUNCE, ['all', retail, NEXT])).toBe('log_drop_whole_months')
  })

  test.each([
    'DELETE FROM audit.audit_content',
    'UPDATE audit.audit_content SET reason = $$other$$',
    'UPDATE audit.audit_content SET reason = $$other$$ WHERE false',
    'TRUNCATE audit.audit_content',
    'SET session_replication_role = replica; DELETE FROM audit.audit_content',
  ])('are otherwise changed by nobody, their owner included: %s', async (sql) => {
    expect(await owner.refusal(sql)).toMatch(/^42501 /)
  })

  test('of other rows do not go beside those that are dropped', async () => {
    const told = await owner.refusal(`DO $$ BEGIN
      INSERT INTO audit.dropped_content (project_id, month, rows, rule, event_id, at, tx)
      VALUES ('${retail}', '${MONTH}', 1, 1, gen_random_uuid(), now(), pg_current_xact_id());
      DELETE FROM audit.audit_content;
    END $$`)
    expect(told).toMatch(/^42501 the log is added to and never changed/)
  })

  test.each([
    'log_rules',
    'log_holds',
    'log_hold_releases',
    'log_erasures',
    'drop_announcements',
    'dropped_content',
    'dropped_months',
  ])('and what is said of them, %s, is written by the functions alone', async (table) => {
    expect(await application.refusal(`INSERT INTO audit.${table} DEFAULT VALUES`)).toMatch(/^42501 /)
    for (const sql of [
      `DELETE FROM audit.${table}`,
      `TRUNCATE audit.${table}`,
      `DELETE FROM audit.${table} WHERE false`,
    ]) {
      expect(await application.refusal(sql)).toMatch(/^42501 /)
      expect(await owner.refusal(sql)).toMatch(/^42501 /)
    }
  })
})

describe('one row’s personal values', () => {
  const ERASE = 'SELECT audit.erase_content($1, $2)'
  let eventId: string
  beforeEach(async () => {
    eventId = await layRow(owner, { at: at(NEXT), projectId: wealth, reason: 'a name', caseReference: 'C-1' })
  })
  const ask = (
    changes: Record<string, unknown> = {},
    proposedBy: string = olga,
    projectId: string = wealth,
  ) =>
    layChange(application, {
      ...{ kind: 'log-erasure', projectId, proposedBy },
      log: { eventId, reason: 'a client’s name was typed', ...changes },
    })

  test('are erased when an auditor asks and an administrator agrees, on record', async () => {
    const change = await ask()
    expect(await refusal(ERASE, [change, olga])).toBe('log_change_two_people')
    expect(await refusal(ERASE, [change, rita])).toBe('log_change_by_who_may')
    await application.ask(ERASE, [change, ada])
    expect(await contentOf(eventId)).toBe(0)
    expect(
      await application.ask(
        `SELECT action::text, target_id, after FROM audit.events ORDER BY id DESC LIMIT 1`,
      ),
    ).toMatchObject([
      { action: 'log.erased', target_id: eventId, after: { askedBy: olga, agreedBy: ada, changeId: change } },
    ])
    expect(await refusal(ERASE, [await ask(), ada])).toBe('log_erasures_something')
  })

  test('are not, without a reason, elsewhere, by whoever is neither, or on hold', async () => {
    expect(await refusal(ERASE, [await ask({ reason: 'short' }), ada])).toBe('log_erasures_why')
    expect(await refusal(ERASE, [await ask({ eventId: randomUUID() }), ada])).toBe('log_erasures_of_there')
    expect(await refusal(ERASE, [await ask({}, olga, retail), ada])).toBe('log_erasures_of_there')
    expect(await refusal(ERASE, [await ask({}, await addPerson('reviewer', null)), ada])).toBe(
      'log_change_by_who_may',
    )
    const hold = (project: string | null, reference: string | null) =>
      application.ask('SELECT audit.place_log_hold($1, $2, $3, $4, $5)', [
        ...[randomUUID(), project, reference, 'a court asks', olga],
      ])
    await hold(null, 'C-2')
    expect(await refusal(ERASE, [await ask(), ada])).toBe('done')
    await hold(wealth, 'C-1')
    expect(await refusal(ERASE, [await ask(), ada])).toBe('log_on_hold')
  })
})

test('a case is on hold by what is seen of its reference, on either side', async () => {
  const PLACE = 'SELECT audit.place_log_hold($1, $2, $3, $4, $5)'
  const isHeld = async (noted: string, held: string): Promise<boolean> => {
    await owner.ask('BEGIN')
    try {
      const eventId = await layRow(owner, { at: at(MONTH, 7), projectId: wealth, caseReference: noted })
      await owner.ask(PLACE, [randomUUID(), null, held, 'a court asks', olga])
      const [row] = await owner.ask<{ month: boolean; line: boolean }>(
        `SELECT audit.is_on_hold($1, $2) AS month, audit.is_row_on_hold(e) AS line FROM audit.events e WHERE event_id = $3`,
        [wealth, MONTH, eventId],
      )
      expect(row?.line).toBe(row?.month)
      return row?.month ?? false
    } finally {
      await owner.ask('ROLLBACK')
    }
  }
  const same = [
    'C 78/É',
    ' c 78/É ',
    '\u200EC\u00A078/É\uFEFF',
    'C 78\u200B/E\u0301',
    'Ｃ　78/É',
    'C\t 78/\u00ADÉ',
  ]
  for (const reference of same) {
    expect(await isHeld('C 78/É', reference), JSON.stringify(reference)).toBe(true)
    expect(await isHeld(reference, 'C 78/É'), JSON.stringify(reference)).toBe(true)
  }
  for (const other of ['C78/É', 'C 78/E', 'C 78', 'C 780/É'])
    expect(await isHeld('C 78/É', other)).toBe(false)
})

test('nothing goes in a transaction that cannot know of a hold that was placed since', async () => {
  await agreeRule(retail, 3, 3)
  await layAnnouncement(owner, { part: 'content', project: retail, month: NEXT, days: 8 })
  const eventId = await layRow(owner, { at: at(NEXT, 9), projectId: retail, reason: 'a client’s name' })
  const erasure = await layChange(application, {
    ...{ kind: 'log-erasure', projectId: retail, proposedBy: olga },
    log: { eventId, reason: 'a lawful reason' },
  })
  expect(await refusal(CONTENT, [retail, NEXT])).toBe('done')
  const attempts: [string, unknown[]][] = [
    [CONTENT, [retail, NEXT]],
    ['SELECT audit.erase_content($1, $2)', [erasure, ada]],
  ]
  for (const level of ['REPEATABLE READ', 'SERIALIZABLE'])
    for (const [sql, values] of attempts) {
      await stale.ask(`BEGIN ISOLATION LEVEL ${level}`)
      await stale.ask('SELECT FROM audit.log_holds')
      await application.ask('SELECT audit.place_log_hold($1, $2, $3, $4, $5)', [
        ...[randomUUID(), retail, null, 'a court asks', olga],
      ])
      await expect(stale.ask(sql, values)).rejects.toThrow('transactions that are read committed')
      await stale.ask('ROLLBACK')
      expect(await refusal(sql, values)).toBe('log_on_hold')
    }
  expect(await contentOf(eventId)).toBe(1)
  await owner.ask(
    `INSERT INTO audit.log_hold_releases SELECT id, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now() - interval '20 days'
     FROM audit.log_holds h WHERE h.project_id = $1 AND NOT EXISTS (SELECT FROM audit.log_hold_releases r WHERE r.hold_id = h.id)`,
    [retail],
  )
})

test('a hold is placed by an administrator or auditor of where it is', async () => {
  const PLACE = 'SELECT audit.place_log_hold($1, $2, $3, $4, $5)'
  expect(await refusal(PLACE, [randomUUID(), wealth, null, 'why', rita])).toBe('log_holds_by_who_may')
  expect(await refusal(PLACE, [randomUUID(), null, 'C-1', 'why', rita])).toBe('log_holds_by_who_may')
  expect(await refusal(PLACE, [randomUUID(), retail, null, 'why', rita])).toBe('done')
  expect(await application.refusal(PLACE, [randomUUID(), null, ' ', 'why', olga])).toMatch(
    /log_holds_something/,
  )
})

describe('a month of lines', () => {
  test('goes when every project’s rule is past, the portal’s own among them, and all of it is sealed', async () => {
    const announce = (month: string) => layAnnouncement(owner, { part: 'lines', month, days: 8 })
    expect(await refusal(LINES, [MONTH])).toBe('log_drop_by_rule')
    await agreeRule(wealth, 3, 3)
    expect(await refusal(LINES, [MONTH])).toBe('log_drop_by_rule')
    await agreeRule(retail, 3, 3, true)
    await agreeRule(wealth, 3, 5)
    expect(await refusal(LINES, [MONTH])).toBe('log_drop_when_past')
    await agreeRule(wealth, 3, 3)
    // the holds of the tests before
    await owner.ask(
      `INSERT INTO audit.log_hold_releases SELECT id, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now() - interval '20 days'
       FROM audit.log_holds h WHERE NOT EXISTS (SELECT FROM audit.log_hold_releases r WHERE r.hold_id = h.id)`,
    )
    expect(await refusal(LINES, [MONTH])).toBe('log_drop_announced')
    await announce(MONTH)
    expect(await refusal(LINES, [MONTH])).toBe('log_drop_content_first')
    for (const project of [wealth, null]) {
      await layAnnouncement(owner, { part: 'content', project, month: MONTH, days: 8 })
      await application.ask(CONTENT, [project, MONTH])
    }
    expect(await refusal(LINES, [MONTH])).toBe('log_drop_sealed')
    await sealRows(application)
    expect(await refusal(LINES, [NEXT])).toBe('log_drop_whole_months')
    expect(await refusal(LINES, [monthAgo(0)])).toBe('log_drop_whole_months')

    const before = await application.ask<{ id: string }>(
      'SELECT id FROM audit.events WHERE at >= $1 AND at < $2 ORDER BY id',
      [MONTH, NEXT],
    )
    expect(await application.ask(LINES, [MONTH])).toEqual([{ rows: String(before.length) }])
    expect(
      await application.ask('SELECT FROM audit.events WHERE at >= $1 AND at < $2', [MONTH, NEXT]),
    ).toEqual([])
    expect(
      await application.ask(
        `SELECT month::text, rows, projects, (SELECT array_agg(id ORDER BY id) FROM (
           SELECT generate_series(lower(r), upper(r) - 1) AS id FROM unnest(ids) AS r) AS went) AS ids FROM audit.dropped_months`,
      ),
    ).toEqual([
      {
        ...{ month: MONTH, rows: String(before.length), ids: before.map(({ id }) => id) },
        projects: [retail, wealth].toSorted(),
      },
    ])
    expect(
      await application.ask(
        `SELECT action::text, target_kind, target_id, after ->> 'rows' AS rows FROM audit.events ORDER BY id DESC LIMIT 1`,
      ),
    ).toEqual([
      {
        action: 'log.dropped',
        target_kind: 'log-lines',
        target_id: MONTH.slice(0, 7),
        rows: String(before.length),
      },
    ])
    expect(await application.ask(LINES, [MONTH])).toEqual([{ rows: '0' }])
  })

  test('whose viewings began in the month before waits for the projects of that one', async () => {
    await layRow(owner, { at: at(NEXT, 1), action: 'viewing.window', viewingId: randomUUID() })
    await agreeRule(wealth, 60, 60)
    expect(await refusal('SELECT audit.announce_drop($1, $2, $3)', ['lines', null, NEXT])).toBe(
      'log_drop_when_past',
    )
  })
})

test('a month is due so many months after its end, whatever their lengths', async () => {
  const due = async (month: string, months: number): Promise<string> => {
    const [row] = await owner.ask<{ due: Date }>('SELECT audit.month_due($1, $2) AS due', [month, months])
    return row?.due.toISOString() ?? ''
  }
  expect(await due('2024-01-01', 1)).toBe('2024-03-01T00:00:00.000Z')
  expect(await due('2024-02-01', 12)).toBe('2025-03-01T00:00:00.000Z')
  expect(await due('2023-02-01', 12)).toBe('2024-03-01T00:00:00.000Z')
  expect(await due('2023-12-31', 72)).toBe('2030-01-01T00:00:00.000Z')
  expect(await due('2024-08-01', 0)).toBe('2024-09-01T00:00:00.000Z')
})
