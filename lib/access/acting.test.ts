import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { untilEnded, untilWaiting } from '../../e2e/stack/in-turn.ts'
import type { Actor } from '../auth/actor.ts'
import { newUuid } from '../uuid.ts'
import { type Act, act } from './act.ts'
import { approveGrant } from './giving/approve-grant.ts'
import { giveGrant } from './giving/give-grant.ts'
import { restrictArchive } from './giving/restrict-archive.ts'
import { revokeGrant } from './giving/revoke-grant.ts'
import { askForAccess } from './requests/ask-for-access.ts'
import { decideRequest } from './requests/decide-request.ts'
import { lapseRequests } from './requests/lapse-requests.ts'
import { openOffice, type TestOffice } from './test-office.ts'
import { parseGrant, parseRequest } from './wanted.ts'

let office: TestOffice
let owner: pg.Client
let admin: Actor
let second: Actor
let third: Actor
let reviewer: Actor

beforeAll(async () => {
  office = await openOffice()
  owner = new pg.Client(office.ownerUrl)
  await owner.connect()
  admin = await office.hire('admin', ['admin'])
  second = await office.hire('second', ['admin'])
  third = await office.hire('third', ['admin'])
  reviewer = await office.hire('reviewer', ['reviewer'])
})
afterAll(async () => {
  await owner.end()
  await office.stop()
})

const UNTIL = new Date(Date.now() + 10 * 86_400_000).toISOString()
const COMMON = { rights: ['recording:play'], until: UNTIL, reason: 'A complaint has to be looked into.' }

const give = (project: string, email = reviewer.email) =>
  giveGrant(office.services, admin, parseGrant({ ...COMMON, email, project }))
const ask = (actor: Actor = reviewer) =>
  askForAccess(office.services, actor, parseRequest({ ...COMMON, project: office.retail.name }))
const decide = (actor: Actor, requestId: string, approve: boolean) =>
  decideRequest(office.services, actor, {
    ...{ requestId, approve, until: null, rights: null, word: approve ? null : 'Not at the moment.' },
  })

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error) => error.code ?? String(error),
  )
}

/** Everything that giving and asking could have left behind. */
async function countAll(): Promise<Record<string, number>> {
  const { rows } = await owner.query(`
    SELECT (SELECT count(*)::int FROM grants WHERE revoked_at IS NULL) AS grants,
      (SELECT count(*)::int FROM access_requests) AS requests,
      (SELECT count(*)::int FROM access_requests WHERE decision IS NULL) AS open, (SELECT count(*)::int FROM people) AS people,
      (SELECT count(*)::int FROM roles_held) AS roles, (SELECT count(*)::int FROM notices) AS notices,
      (SELECT count(*)::int FROM archives WHERE restricted_at IS NOT NULL) AS restricted,
      (SELECT count(*)::int FROM audit.events) AS rows`)
  return rows[0]
}

/** While something else is done, whatever would be written to this table fails. */
async function withoutTable(table: string, work: () => Promise<void>): Promise<void> {
  await owner.query(`
    CREATE OR REPLACE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken off'; END $$;
    CREATE TRIGGER break_off BEFORE INSERT ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION break_off()`)
  try {
    await work()
  } finally {
    await owner.query(`DROP TRIGGER break_off ON ${table}`)
  }
}

describe('of two at once one wins, twenty times over', () => {
  const rounds = Array.from({ length: 20 }, (_, round) => round)

  test('two second administrators', async () => {
    for (const _ of rounds) {
      const { grantId } = await give(office.wealth.name)
      const codes = await Promise.all([
        codeOf(approveGrant(office.services, second, { grantId, approve: true, word: null })),
        codeOf(approveGrant(office.services, third, { grantId, approve: false, word: null })),
      ])
      expect(codes.toSorted()).toEqual(['already-decided', 'done'])
      const { approvedAt, revokedAt } = await office.services.db.grant.findUniqueOrThrow({
        where: { id: grantId },
      })
      expect([approvedAt !== null, revokedAt !== null]).toEqual([codes[0] === 'done', codes[1] === 'done'])
    }
  })

  test('somebody who approves, and the 72 hours', async () => {
    for (const _ of rounds) {
      const { requestId } = await ask()
      await owner.query(
        `UPDATE access_requests SET asked_at = now() - interval '72 hours' + interval '2 ms' WHERE id = $1`,
        [requestId],
      )
      const [code] = await Promise.all([
        codeOf(decide(admin, requestId, true)),
        lapseRequests(office.services),
      ])
      await lapseRequests(office.services)
      const { decision } = await office.services.db.accessRequest.findUniqueOrThrow({
        where: { id: requestId },
      })
      expect(decision).toBe(code === 'done' ? 'approved' : 'lapsed')
      expect(await office.services.db.grant.count({ where: { requestId } })).toBe(code === 'done' ? 1 : 0)
    }
  })

  test('two who take the same grant back: on record once', async () => {
    for (const _ of rounds) {
      const { grantId } = await give(office.retail.name)
      const revoking = { grantId, word: null }
      await Promise.all([
        revokeGrant(office.services, admin, revoking),
        revokeGrant(office.services, second, revoking),
      ])
      const { rows } = await owner.query(
        `SELECT count(*)::int AS n FROM audit.events WHERE grant_id = $1 AND action = 'grant.revoked'`,
        [grantId],
      )
      expect(rows).toEqual([{ n: 1 }])
    }
  })

  test('two who give to the same new mail: one person', async () => {
    for (const round of rounds) {
      const mail = `newcomer-${round}@demo.test`
      await Promise.all([give(office.retail.name, mail), give(office.retail.name, mail.toUpperCase())])
      const people = await office.services.db.person.findMany({
        where: { email: mail },
        include: { grants: true },
      })
      expect(people.map(({ grants }) => grants.length)).toEqual([2])
    }
  })

  test('two requests of one newcomer: a reviewer once', async () => {
    for (const round of rounds) {
      const newcomer = await office.hire(`newcomer-${round}`)
      const asked = [await ask(newcomer), await ask(newcomer)]
      const codes = await Promise.all(
        asked.map(({ requestId }, index) => codeOf(decide(index === 0 ? admin : second, requestId, true))),
      )
      expect(codes).toEqual(['done', 'done'])
      expect(await office.services.db.roleHeld.count({ where: { personId: newcomer.personId } })).toBe(1)
    }
  })
})

describe('of what waits in the database', () => {
  const lock = (tx: Act['tx'], key: number) => tx.$executeRaw`SELECT pg_advisory_xact_lock(${key})`

  test('two that wait for each other are both done, and on record once', async () => {
    const [target, first, last] = [{ kind: 'grant', id: newUuid() }, 71, 72]
    let tries = 0
    await owner.query('BEGIN')
    await owner.query('SELECT pg_advisory_xact_lock($1)', [last])
    const done = act(
      office.services,
      { actor: admin, action: 'grant.given', about: { target } },
      async ({ tx, note, record }) => {
        tries += 1
        await record('grant.given', { after: { tries } })
        note({ reason: 'was noted by what was undone' })
        await lock(tx, first)
        await lock(tx, last)
        return tries
      },
    )
    await untilWaiting(owner, 1)
    await owner.query('SELECT pg_advisory_xact_lock($1)', [first])
    await owner.query('COMMIT')
    expect(await done).toBe(2)
    const { rows } = await owner.query(
      'SELECT e.after, l.reason FROM audit.events e JOIN audit.log l USING (id) WHERE e.target_id = $1',
      [target.id],
    )
    expect(rows).toEqual([{ after: { tries: 2 }, reason: null }])
  })

  test('nothing is done any more once whoever waited was told that it failed', async () => {
    await owner.query('BEGIN')
    await owner.query('SELECT lock_four_eyes(true)')
    const before = await countAll()
    expect(await codeOf(give(office.retail.name))).toBe('audit-unavailable')
    await owner.query('COMMIT')
    await untilEnded(owner)
    expect(await countAll()).toEqual(before)
    expect(await codeOf(give(office.retail.name))).toBe('done')
  })
})

describe('what breaks off leaves nothing', () => {
  // Each of what is written, and the last thing written of each.
  test.each(['notices', 'grants', 'audit.events'])('with no way to write %s', async (table) => {
    const { requestId } = await ask(await office.hire('asker'))
    const waiting = await give(office.wealth.name)
    const before = await countAll()
    await withoutTable(table, async () => {
      const codes = await Promise.all([
        codeOf(give(office.retail.name, `new-${newUuid()}@demo.test`)),
        codeOf(decide(admin, requestId, true)),
      ])
      expect(codes).not.toContain('done')
    })
    if (table === 'grants') return expect(await countAll()).toEqual(before)
    await withoutTable(table, async () => {
      const approval = { grantId: waiting.grantId, approve: true, word: null }
      const codes = await Promise.all([
        codeOf(ask()),
        codeOf(decide(admin, requestId, false)),
        codeOf(approveGrant(office.services, second, approval)),
        codeOf(revokeGrant(office.services, admin, { grantId: waiting.grantId, word: null })),
      ])
      expect(codes).not.toContain('done')
    })
    expect(await countAll()).toEqual(before)
  })

  test('a restriction that cannot be put on record is none', async () => {
    const { archiveId } = office.retail
    const before = await countAll()
    await withoutTable('audit.events', async () => {
      const restriction = { archiveId, restricted: true, word: 'A secret inquiry.' }
      expect(await codeOf(restrictArchive(office.services, admin, restriction))).toBe('audit-unavailable')
    })
    expect(await countAll()).toEqual(before)
  })

  test('what lapses is told or has not lapsed, and the next run makes up for it', async () => {
    const { requestId } = await ask()
    await owner.query(`UPDATE access_requests SET asked_at = now() - interval '73 hours' WHERE id = $1`, [
      requestId,
    ])
    const before = await countAll()
    await withoutTable('notices', async () => {
      await expect(lapseRequests(office.services)).rejects.toThrow()
    })
    expect(await countAll()).toEqual(before)
    expect(await lapseRequests(office.services)).toBe(1)
    expect(await countAll()).toMatchObject({
      ...{ open: (before.open ?? 0) - 1, notices: (before.notices ?? 0) + 1, rows: (before.rows ?? 0) + 1 },
    })
  })
})

describe('who acts', () => {
  test('is judged by the roles of that moment, not by those they came in with', async () => {
    const leaver = await office.hire('leaver', ['admin'])
    const { grantId } = await give(office.retail.name)
    const waiting = await give(office.wealth.name)
    const { requestId } = await ask()
    await owner.query('DELETE FROM roles_held WHERE person_id = $1', [leaver.personId])
    const { archiveId } = office.retail
    const codes = [
      codeOf(
        giveGrant(
          office.services,
          leaver,
          parseGrant({ ...COMMON, email: reviewer.email, project: office.retail.name }),
        ),
      ),
      codeOf(revokeGrant(office.services, leaver, { grantId, word: null })),
      codeOf(approveGrant(office.services, leaver, { grantId: waiting.grantId, approve: false, word: null })),
      codeOf(decide(leaver, requestId, false)),
      codeOf(
        restrictArchive(office.services, leaver, { archiveId, restricted: true, word: 'A secret inquiry.' }),
      ),
    ]
    expect(await Promise.all(codes)).toEqual(codes.map(() => 'forbidden'))
  })

  test('who was disabled meanwhile does nothing any more', async () => {
    const leaver = await office.hire('leaver', ['admin'])
    const { grantId } = await give(office.retail.name)
    await owner.query('UPDATE people SET disabled_at = now() WHERE id = $1', [leaver.personId])
    expect(await codeOf(revokeGrant(office.services, leaver, { grantId, word: null }))).toBe('forbidden')
  })
})

describe('whom a grant is for', () => {
  test('is not said by a mail of several people', async () => {
    const [one, other] = [await office.hire('twin'), await office.hire('twin')]
    await owner.query(`UPDATE people SET email = 'twin@demo.test', bound_email = NULL WHERE id = ANY ($1)`, [
      [one.personId, other.personId],
    ])
    await expect(give(office.retail.name, 'twin@demo.test')).rejects.toMatchObject({
      ...{ code: 'person-invalid', detail: expect.stringContaining('several people') },
    })
  })

  test('is whoever was bound by that mail, whatever mail they have now', async () => {
    const renamed = await office.hire('renamed')
    await owner.query(`UPDATE people SET email = 'married@demo.test' WHERE id = $1`, [renamed.personId])
    const { grantId } = await give(office.retail.name, renamed.email?.toUpperCase())
    const grant = await office.services.db.grant.findUnique({ where: { id: grantId } })
    expect(grant?.personId).toBe(renamed.personId)
  })
})

describe('on record', () => {
  const lastRow = async () => {
    const { rows } = await owner.query(
      'SELECT action::text, outcome::text, code, reason FROM audit.log ORDER BY id DESC LIMIT 1',
    )
    return rows[0]
  }

  test('of a reason that is too long, its beginning', async () => {
    const wanted = parseGrant({
      ...COMMON,
      email: reviewer.email,
      project: 'Retail EU',
      reason: 'é'.repeat(9_000),
    })
    expect(await codeOf(giveGrant(office.services, admin, wanted))).toBe('reason-invalid')
    expect(await lastRow()).toMatchObject({ code: 'reason-invalid', reason: 'é'.repeat(2000) })
  })

  test('a rule that only the database saw broken, in the words of people', async () => {
    const work = act(office.services, { actor: admin, action: 'grant.given', about: {} }, ({ tx }) =>
      tx.grant.create({
        data: {
          ...{
            id: newUuid(),
            personId: admin.personId,
            projectId: office.retail.id,
            givenBy: admin.personId,
          },
          ...{
            rights: ['recording:play'],
            validFrom: new Date(),
            validUntil: new Date(UNTIL),
            reason: 'mine',
          },
        },
      }),
    )
    expect(await codeOf(work)).toBe('own-access')
    expect(await lastRow()).toMatchObject({ action: 'grant.given', outcome: 'refused', code: 'own-access' })
  })
})
