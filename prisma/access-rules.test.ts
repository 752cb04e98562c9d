import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../e2e/stack/test-database.ts'
import { openSession, type Session } from './test-log.ts'

type Row = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

let application: Session
let other: Session

const id = {
  ...{
    alex: randomUUID(),
    blake: randomUUID(),
    casey: randomUUID(),
    gone: randomUUID(),
    robin: randomUUID(),
  },
  ...{ nico: randomUUID(), ari: randomUUID(), retail: randomUUID(), wealth: randomUUID() },
}
const [REQUEST, CHANGE] = [randomUUID(), randomUUID()]

const DAY = '2099-01-01'
const grant = (changes: Row = {}): Row => ({
  ...{
    id: randomUUID(),
    person_id: id.robin,
    scope: 'project',
    project_id: id.retail,
    rights: ['recording:find'],
  },
  ...{ valid_from: '2026-01-01', valid_until: DAY, reason: 'why', given_by: id.alex },
  ...changes,
})
const role = (person: string, name: string, changes: Row = {}): Row => ({
  ...{ id: randomUUID(), person_id: person, role: name, given_by: null },
  ...changes,
})
const request = (changes: Row = {}): Row => ({
  ...{ id: randomUUID(), asked_by: id.robin, scope: 'project', project_id: id.retail },
  ...{ rights: ['recording:find'], valid_until: DAY, reason: 'why' },
  ...changes,
})
const change = (changes: Row = {}): Row => ({
  ...{
    id: randomUUID(),
    project_id: id.wealth,
    kind: 'storage',
    summary: '{}',
    secrets: '{}',
    proposed_by: id.alex,
  },
  ...changes,
})

/** Alex and Blake administer all projects, Casey one; Gone did. Robin and Nico review, Ari audits. Blake is in a group. */
beforeAll(async () => {
  const { applicationUrl } = await createMigratedDatabase()
  application = await openSession(applicationUrl)
  other = await openSession(applicationUrl)
  const add = (table: string, row: Row) => application.ask(insert(table, row))
  for (const name of ['alex', 'blake', 'casey', 'gone', 'robin', 'nico', 'ari'] as const) {
    const groups = name === 'blake' ? ['complaints'] : []
    await add('people', { id: id[name], email: `${name}@bank.test`, groups })
  }
  for (const name of ['retail', 'wealth'] as const)
    await add('projects', {
      ...{
        id: id[name],
        kind: 'opentok',
        recorder_key: name,
        name,
        region: `${name} land`,
        unit: `${name} unit`,
      },
      ...{ api_url: 'https://api.test', secrets: '{}', reasons: '[]', four_eyes: name === 'wealth' },
    })
  await add('roles_held', role(id.alex, 'admin'))
  await add('roles_held', role(id.blake, 'admin'))
  await add('roles_held', role(id.gone, 'admin'))
  await add('roles_held', role(id.casey, 'admin', { project_id: id.retail }))
  await add('roles_held', role(id.robin, 'reviewer'))
  await add('roles_held', role(id.nico, 'reviewer'))
  await add('roles_held', role(id.ari, 'auditor'))
  await application.ask(`UPDATE people SET disabled_at = now() WHERE id = '${id.gone}'`)
  await add('access_requests', request({ id: REQUEST, asked_by: id.blake, project_id: id.wealth }))
  await add('changes', change({ id: CHANGE }))
})
afterAll(() => Promise.all([application.end(), other.end()]))

describe('what the application writes by the rules is taken', () => {
  test.each<[string, () => string[]]>([
    ['a role by a file', () => [insert('roles_held', role(id.nico, 'admin'))]],
    [
      'a role by an administrator',
      () => [insert('roles_held', role(id.nico, 'admin', { given_by: id.alex }))],
    ],
    [
      'a role of a project by its administrator',
      () => [insert('roles_held', role(id.nico, 'admin', { project_id: id.retail, given_by: id.casey }))],
    ],
    ['a grant by a file', () => [insert('grants', grant({ given_by: null }))]],
    ['a grant by a project’s administrator', () => [insert('grants', grant({ given_by: id.casey }))]],
    ['a grant to a group', () => [insert('grants', grant({ person_id: null, group_name: 'complaints' }))]],
    ['a role that one of two holds, taken', () => [take(id.blake)]],
    ['somebody disabled who holds it with another', () => [disable(id.blake)]],
    [
      'an auditor who becomes a reviewer, another becoming auditor',
      () => [
        take(id.ari),
        insert('roles_held', role(id.ari, 'reviewer')),
        take(id.nico),
        insert('roles_held', role(id.nico, 'auditor')),
      ],
    ],
  ])('%s', async (_, statements) => {
    expect(await refusedBy(...statements())).toBeNull()
  })
})

describe('a role', () => {
  test.each<[string, string, () => string[]]>([
    [
      'to oneself',
      'roles_held_by_somebody_else',
      () => [insert('roles_held', role(id.alex, 'reviewer', { given_by: id.alex }))],
    ],
    [
      'by a reviewer',
      'roles_held_by_an_admin',
      () => [insert('roles_held', role(id.nico, 'admin', { given_by: id.robin }))],
    ],
    [
      'by an auditor',
      'roles_held_by_an_admin',
      () => [insert('roles_held', role(id.nico, 'admin', { given_by: id.ari }))],
    ],
    [
      'by an administrator who is disabled',
      'roles_held_by_an_admin',
      () => [insert('roles_held', role(id.nico, 'admin', { given_by: id.gone }))],
    ],
    [
      'by nobody who is known',
      'roles_held_by_an_admin',
      () => [insert('roles_held', role(id.nico, 'admin', { given_by: randomUUID() }))],
    ],
    [
      'of another project than one administers',
      'roles_held_by_an_admin',
      () => [insert('roles_held', role(id.nico, 'admin', { project_id: id.wealth, given_by: id.casey }))],
    ],
    [
      'of all projects by who administers one',
      'roles_held_by_an_admin',
      () => [insert('roles_held', role(id.nico, 'admin', { given_by: id.casey }))],
    ],
    [
      'that this version does not know',
      'roles_held_known',
      () => [insert('roles_held', role(id.nico, 'owner'))],
    ],
    ['beside auditor', 'roles_held_auditor_apart', () => [insert('roles_held', role(id.ari, 'reviewer'))]],
    [
      'of auditor beside another',
      'roles_held_auditor_apart',
      () => [insert('roles_held', role(id.robin, 'auditor', { project_id: id.wealth }))],
    ],
    [
      'made another',
      'roles_held_never_changed',
      () => [`UPDATE roles_held SET role = 'admin' WHERE person_id = '${id.robin}'`],
    ],
    [
      'handed to somebody else',
      'roles_held_never_changed',
      () => [`UPDATE roles_held SET person_id = '${id.nico}' WHERE person_id = '${id.alex}'`],
    ],
  ])('%s is refused by %s', async (_, rule, statements) => {
    expect(await refusedBy(...statements())).toBe(rule)
  })
})

describe('the last who holds a role', () => {
  const rule = 'roles_held_not_the_last'

  test('as administrator of all projects keeps it, though others administer one or are disabled', async () => {
    expect(await refusedBy(take(id.blake), take(id.alex))).toBe(rule)
    expect(await refusedBy(take(id.blake), disable(id.alex))).toBe(rule)
    expect(await refusedBy(`DELETE FROM roles_held WHERE role = 'admin'`)).toBe(rule)
    expect(await refusedBy(`UPDATE people SET disabled_at = now()`)).toBe(rule)
  })

  test('as auditor keeps it, and does not exchange it for that of one project', async () => {
    expect(await refusedBy(take(id.ari))).toBe(rule)
    expect(await refusedBy(disable(id.ari))).toBe(rule)
    const ofOne = insert('roles_held', role(id.ari, 'auditor', { project_id: id.wealth }))
    expect(await refusedBy(take(id.ari), ofOne)).toBe(rule)
  })

  test('of a project keeps it, unless somebody holds it for all', async () => {
    const ofOne = insert('roles_held', role(id.nico, 'auditor', { project_id: id.wealth }))
    expect(await refusedBy(take(id.nico), ofOne, take(id.nico))).toBeNull()
    expect(await refusedBy(take(id.casey))).toBeNull()
  })

  test('as reviewer is free to go', async () => {
    expect(await refusedBy(take(id.robin), take(id.nico))).toBeNull()
  })

  describe('is told between two transactions at once', () => {
    afterEach(async () => {
      await application.ask('UPDATE people SET disabled_at = NULL WHERE id <> $1', [id.gone])
      for (const person of [id.alex, id.blake])
        await application.ask(`${insert('roles_held', role(person, 'admin'))} ON CONFLICT DO NOTHING`)
    })

    test.each<[string, (person: string) => string, (person: string) => string]>([
      ['both taken', take, take],
      ['one taken, one disabled', take, disable],
      ['both disabled', disable, disable],
    ])('%s', async (_, first, second) => {
      const sessions = [application, other]
      for (const session of sessions) await session.ask('BEGIN')
      await application.ask(first(id.alex))
      await other.ask(second(id.blake))
      const ended = await Promise.allSettled(sessions.map((session) => session.ask('COMMIT')))
      expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(ended.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []))).toEqual([
        expect.stringContaining(rule),
      ])
    })

    test('who sees only what there was when they began is refused', async () => {
      const [taking, giving] = [take(id.alex), insert('roles_held', role(id.nico, 'admin'))]
      for (const level of ['REPEATABLE READ', 'SERIALIZABLE'])
        expect([
          await refusedBy(`SET TRANSACTION ISOLATION LEVEL ${level}`, taking),
          await refusedBy(`SET TRANSACTION ISOLATION LEVEL ${level}`, giving),
        ]).toEqual([rule, 'roles_held_auditor_apart'])
    })
  })
})

describe('a grant', () => {
  const give = (changes: Row = {}) => insert('grants', grant(changes))
  const kept = { id: randomUUID() }
  const approve = (hand: string, of: string) =>
    `UPDATE grants SET approved_by = '${hand}', approved_at = now() WHERE id = '${of}'`
  const change_ = (set: string) => [give(kept), `UPDATE grants SET ${set} WHERE id = '${kept.id}'`]
  const toGroup = { person_id: null, group_name: 'complaints' }
  const onWealth = { ...kept, project_id: id.wealth }

  test.each<[string, string, string[]]>([
    ['to oneself', 'grants_by_somebody_else', [give({ person_id: id.alex })]],
    ['to a group of one’s own', 'grants_by_somebody_else', [give({ ...toGroup, given_by: id.blake })]],
    [
      'for a request of one’s own, to another',
      'grants_by_somebody_else',
      [give({ project_id: id.wealth, request_id: REQUEST, given_by: id.blake })],
    ],
    ['by a reviewer', 'grants_by_an_admin', [give({ given_by: id.nico })]],
    ['by an auditor', 'grants_by_an_admin', [give({ given_by: id.ari })]],
    ['by an administrator who is disabled', 'grants_by_an_admin', [give({ given_by: id.gone })]],
    [
      'by the administrator of another project',
      'grants_by_an_admin',
      [give({ project_id: id.wealth, given_by: id.casey })],
    ],
    [
      'over a region by the administrator of one project',
      'grants_by_an_admin',
      [give({ scope: 'region', project_id: null, region: 'retail land', given_by: id.casey })],
    ],
    [
      'over a unit by the administrator of one project',
      'grants_by_an_admin',
      [give({ scope: 'unit', project_id: null, unit: 'retail unit', given_by: id.casey })],
    ],
    ['to nobody', 'grants_to_somebody', [give({ person_id: null })]],
    ['to a person and a group', 'grants_to_somebody', [give({ group_name: 'complaints' })]],
    ['that reaches nothing', 'grants_scope_whole', [give({ project_id: null, given_by: null })]],
    ['that reaches what its scope does not say', 'grants_scope_whole', [give({ region: 'retail land' })]],
    [
      'of a session without its project',
      'grants_scope_whole',
      [give({ scope: 'session', session_id: '1_x', project_id: null })],
    ],
    ['of a scope there is not', 'grants_scope_whole', [give({ scope: 'everything' })]],
    ['for recordings no older than none', 'grants_max_age_some', [give({ max_age_days: 0 })]],
    ['of no right', 'grants_rights_known', [give({ rights: [] })]],
    ['of a right there is not', 'grants_rights_known', [give({ rights: ['recording:delete'] })]],
    ['that ends before it begins', 'grants_until_after_from', [give({ valid_until: '2025-01-01' })]],
    [
      'approved as it is given',
      'grants_approved_afterwards',
      [give({ approved_by: id.blake, approved_at: '2026-01-01' })],
    ],
    ['approved by who gave it', 'grants_second_is_another', [give(onWealth), approve(id.alex, kept.id)]],
    [
      'approved by whom it is for',
      'grants_second_is_another',
      [give({ ...onWealth, person_id: id.blake }), approve(id.blake, kept.id)],
    ],
    [
      'approved by somebody of its group',
      'grants_by_somebody_else',
      [give({ ...onWealth, ...toGroup }), approve(id.blake, kept.id)],
    ],
    [
      'approved by who asked for it',
      'grants_by_somebody_else',
      [give({ ...onWealth, request_id: REQUEST }), approve(id.blake, kept.id)],
    ],
    ['approved by a reviewer', 'grants_by_an_admin', [give(onWealth), approve(id.nico, kept.id)]],
    [
      'approved by the administrator of another project',
      'grants_by_an_admin',
      [give(onWealth), approve(id.casey, kept.id)],
    ],
    [
      'approved by nobody',
      'grants_approved_once',
      [give(onWealth), `UPDATE grants SET approved_at = now() WHERE id = '${kept.id}'`],
    ],
    [
      'approved by somebody at no time',
      'grants_approved_whole',
      [give(onWealth), `UPDATE grants SET approved_by = '${id.blake}' WHERE id = '${kept.id}'`],
    ],
    [
      'approved twice',
      'grants_approved_once',
      [give({ ...onWealth, given_by: null }), approve(id.blake, kept.id), approve(id.alex, kept.id)],
    ],
    [
      'whose approval is withdrawn',
      'grants_approved_once',
      [
        give(onWealth),
        approve(id.blake, kept.id),
        `UPDATE grants SET approved_by = NULL, approved_at = NULL WHERE id = '${kept.id}'`,
      ],
    ],
    ['handed to another', 'grants_stay_what_they_are', change_(`person_id = '${id.nico}'`)],
    ['that reaches elsewhere', 'grants_stay_what_they_are', change_(`project_id = '${id.wealth}'`)],
    [
      'that reaches older recordings',
      'grants_stay_what_they_are',
      [give({ ...kept, max_age_days: 7 }), `UPDATE grants SET max_age_days = NULL WHERE id = '${kept.id}'`],
    ],
    ['whose giver becomes another', 'grants_stay_what_they_are', change_(`given_by = '${id.blake}'`)],
    [
      'that needs no second any more',
      'grants_stay_what_they_are',
      [give(onWealth), `UPDATE grants SET needs_second = false WHERE id = '${kept.id}'`],
    ],
    [
      'that was taken back, given again',
      'grants_stay_taken_back',
      [...change_('revoked_at = now()'), `UPDATE grants SET revoked_at = NULL WHERE id = '${kept.id}'`],
    ],
  ])('%s is refused by %s', async (_, rule, statements) => {
    expect(await refusedBy(...statements)).toBe(rule)
  })

  test.each<[string, Row, boolean]>([
    ['its project has four eyes', { project_id: id.wealth }, true],
    ['it does not', {}, false],
    ['its region has such a project', { scope: 'region', project_id: null, region: 'wealth land' }, true],
    ['its region has none', { scope: 'region', project_id: null, region: 'retail land' }, false],
    ['its unit has such a project', { scope: 'unit', project_id: null, unit: 'wealth unit' }, true],
    ['its session lies there', { scope: 'session', project_id: id.wealth, session_id: '1_x' }, true],
    ['its recording lies there', { scope: 'archive', project_id: id.wealth, archive_id: randomUUID() }, true],
  ])('needs a second administrator where %s, whatever is written', async (_, changes, needed) => {
    await application.ask('BEGIN')
    const [row] = await application.ask<{ needs_second: boolean }>(
      `${give({ ...changes, needs_second: !needed })} RETURNING needs_second`,
    )
    await application.ask('ROLLBACK')
    expect(row).toEqual({ needs_second: needed })
  })

  test('that was approved and becomes more waits again', async () => {
    const staysApproved = async (set: string): Promise<boolean> => {
      await application.ask('BEGIN')
      await application.ask(give(onWealth))
      await application.ask(approve(id.blake, kept.id))
      const [row] = await application.ask<{ approved: boolean }>(
        `UPDATE grants SET ${set} WHERE id = '${kept.id}' RETURNING approved_at IS NOT NULL AND approved_by IS NOT NULL AS approved`,
      )
      await application.ask('ROLLBACK')
      return row?.approved === true
    }
    expect(await staysApproved(`valid_until = '2098-01-01', valid_from = '2027-01-01'`)).toBe(true)
    expect(await staysApproved(`last_used_at = now()`)).toBe(true)
    expect(await staysApproved(`valid_until = '2100-01-01'`)).toBe(false)
    expect(await staysApproved(`valid_from = '2025-01-01'`)).toBe(false)
    expect(await staysApproved(`rights = '{recording:find,recording:play}'`)).toBe(false)
    // Nor by writing both at once.
    expect(await staysApproved(`rights = '{recording:play}', approved_at = now()`)).toBe(false)
  })

  test('that waits is known to have counted before, or not to have, whatever is written', async () => {
    const hasCounted = async (...statements: readonly string[]): Promise<boolean | undefined> => {
      await application.ask('BEGIN')
      for (const statement of statements) await application.ask(statement)
      const [row] = await application.ask<{ counted: boolean }>(
        `SELECT counted_before AS counted FROM grants WHERE id = '${kept.id}'`,
      )
      await application.ask('ROLLBACK')
      return row?.counted
    }
    const set = (what: string): string => `UPDATE grants SET ${what} WHERE id = '${kept.id}'`
    const more = set(`valid_until = '2100-01-01'`)
    const fourEyes = `UPDATE projects SET four_eyes = true WHERE id = '${id.retail}'`
    expect(await hasCounted(give({ ...onWealth, counted_before: true }), more)).toBe(false)
    expect(await hasCounted(give(onWealth), set('counted_before = true'))).toBe(false)
    expect(await hasCounted(give(onWealth), approve(id.blake, kept.id), more)).toBe(true)
    expect(await hasCounted(give(kept), fourEyes)).toBe(true)
    expect(await hasCounted(give(kept), fourEyes, set('counted_before = false'), more)).toBe(true)
    expect(await hasCounted(give(kept), fourEyes, approve(id.blake, kept.id))).toBe(true)
  })

  test.each<[string, Row]>([
    ['project', {}],
    ['region', { scope: 'region', project_id: null, region: 'retail land' }],
    ['unit', { scope: 'unit', project_id: null, unit: 'retail unit' }],
  ])(
    'that is older than the four eyes of its %s waits from then on, whatever becomes of it',
    async (_, reach) => {
      const waitsAfter = async (set: string): Promise<boolean | undefined> => {
        await application.ask('BEGIN')
        await application.ask(give({ ...kept, ...reach }))
        await application.ask(`UPDATE projects SET four_eyes = true WHERE id = '${id.retail}'`)
        const [row] = await application.ask<{ waits: boolean }>(
          `UPDATE grants SET ${set} WHERE id = '${kept.id}' RETURNING needs_second AND approved_at IS NULL AS waits`,
        )
        await application.ask('ROLLBACK')
        return row?.waits
      }
      expect(await waitsAfter('last_used_at = now()')).toBe(true)
      expect(await waitsAfter(`valid_until = '2098-01-01'`)).toBe(true)
      expect(await waitsAfter(`valid_until = '2100-01-01'`)).toBe(true)
      expect(await waitsAfter(`rights = '{recording:find,recording:download}'`)).toBe(true)
      const both = `approved_by = '${id.blake}', approved_at = now()`
      expect(await waitsAfter(`valid_until = '2100-01-01', ${both}`)).toBe(true)
      expect(await waitsAfter(both)).toBe(false)
      await expect(waitsAfter('needs_second = false')).rejects.toMatchObject({
        constraint: 'grants_stay_what_they_are',
      })
      await application.ask('ROLLBACK')
    },
  )
})

describe('a request', () => {
  const decide = (set: string, table = 'access_requests', of = REQUEST) =>
    `UPDATE ${table} SET decided_at = now(), ${set} WHERE id = '${of}'`
  const ask = (changes: Row) => insert('access_requests', request(changes))

  test.each<[string, string, string[]]>([
    [
      'decided by who asked',
      'access_requests_by_somebody_else',
      [decide(`decision = 'approved', decided_by = '${id.blake}'`)],
    ],
    [
      'decided by the administrator of another project',
      'access_requests_by_an_admin',
      [decide(`decision = 'approved', decided_by = '${id.casey}'`)],
    ],
    [
      'decided by a reviewer',
      'access_requests_by_an_admin',
      [decide(`decision = 'refused', decided_by = '${id.nico}'`)],
    ],
    [
      'decided twice',
      'access_requests_decided_once',
      [
        decide(`decision = 'refused', decided_by = '${id.alex}'`),
        decide(`decision = 'approved', decided_by = '${id.alex}'`),
      ],
    ],
    [
      'decided by who asked, by being made another’s',
      'access_requests_stay_whose_they_are',
      [decide(`decision = 'approved', decided_by = '${id.blake}', asked_by = '${id.robin}'`)],
    ],
    ['approved by nobody', 'access_requests_decided_whole', [decide(`decision = 'approved'`)]],
    [
      'that lapsed by somebody',
      'access_requests_decided_whole',
      [decide(`decision = 'lapsed', decided_by = '${id.alex}'`)],
    ],
    [
      'decided in a way there is not',
      'access_requests_decision_known',
      [decide(`decision = 'perhaps', decided_by = '${id.alex}'`)],
    ],
    ['for nothing', 'access_requests_scope_whole', [ask({ project_id: null })]],
    ['for two things', 'access_requests_scope_whole', [ask({ unit: 'retail unit' })]],
    ['for no right', 'access_requests_rights_known', [ask({ rights: [] })]],
    ['for a right there is not', 'access_requests_rights_known', [ask({ rights: ['audit:read'] })]],
  ])('%s is refused by %s', async (_, rule, statements) => {
    expect(await refusedBy(...statements)).toBe(rule)
  })

  test.each<[string, string, string[]]>([
    [
      'decided by who proposed it',
      'changes_by_somebody_else',
      [decide(`decision = 'approved', decided_by = '${id.alex}'`, 'changes', CHANGE)],
    ],
    [
      'decided by the administrator of another project',
      'changes_by_an_admin',
      [decide(`decision = 'approved', decided_by = '${id.casey}'`, 'changes', CHANGE)],
    ],
    [
      'decided twice',
      'changes_decided_once',
      [
        decide(`decision = 'lapsed'`, 'changes', CHANGE),
        decide(`decision = 'approved', decided_by = '${id.blake}'`, 'changes', CHANGE),
      ],
    ],
    [
      'decided by who proposed it, by being made another’s',
      'changes_stay_whose_they_are',
      [
        decide(
          `decision = 'approved', decided_by = '${id.alex}', proposed_by = '${id.blake}'`,
          'changes',
          CHANGE,
        ),
      ],
    ],
    [
      'decided by who proposed it, by being made a file’s',
      'changes_stay_whose_they_are',
      [`UPDATE changes SET proposed_by = NULL WHERE id = '${CHANGE}'`],
    ],
    ['approved by nobody', 'changes_decided_whole', [decide(`decision = 'approved'`, 'changes', CHANGE)]],
    ['of a kind there is not', 'changes_kind_known', [insert('changes', change({ kind: 'anything' }))]],
  ])('and a change %s is refused by %s', async (_, rule, statements) => {
    expect(await refusedBy(...statements)).toBe(rule)
  })
})

describe('the application’s role cannot set a rule aside', () => {
  test.each([
    'ALTER TABLE roles_held DISABLE TRIGGER ALL',
    'ALTER TABLE grants DISABLE TRIGGER grants_rules',
    'ALTER TABLE grants DROP CONSTRAINT grants_by_somebody_else',
    'DROP TRIGGER roles_held_not_the_last ON roles_held',
    'DROP FUNCTION grants_rules() CASCADE',
    'TRUNCATE roles_held',
    'TRUNCATE grants CASCADE',
    'DELETE FROM people',
    'DELETE FROM grants',
    'DELETE FROM access_requests',
    `SET session_replication_role = 'replica'`,
    `CREATE OR REPLACE FUNCTION public.administers(person uuid, project uuid) RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
    `CREATE FUNCTION public.administers(person text, project text) RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
    'CREATE TABLE public.other_roles (LIKE roles_held)',
  ])('%s', async (sql) => {
    expect(await application.refusal(sql)).toMatch(/^42501 /)
  })

  test('nor by tables and functions of its own that it names first', async () => {
    const shadow = [
      'CREATE TEMP TABLE roles_held (LIKE public.roles_held)',
      `INSERT INTO pg_temp.roles_held (id, person_id, role, given_at) VALUES (gen_random_uuid(), '${id.nico}', 'admin', now())`,
      'SET LOCAL search_path = pg_temp, public',
      insert('public.grants', grant({ given_by: id.nico })),
    ]
    expect(await application.refusal(shadow.join(';'))).toMatch(/^(42501 |23514 grants_by_an_admin)/)
  })
})

/** The name of the rule that refuses these statements; what is judged at the end of a transaction is judged here. */
async function refusedBy(...statements: readonly string[]): Promise<string | null> {
  const told = await application.refusal([...statements, 'SET CONSTRAINTS ALL IMMEDIATE'].join(';\n'))
  if (told === null) return null
  const [, check, rule] = /^23514 (?:.* violates check constraint "(\w+)"|([^:]+))/.exec(told) ?? []
  return check ?? rule ?? told
}

function take(person: string): string {
  return `DELETE FROM roles_held WHERE person_id = '${person}'`
}

function disable(person: string): string {
  return `UPDATE people SET disabled_at = now() WHERE id = '${person}'`
}

function insert(table: string, row: Row): string {
  const values = Object.values(row).map(literal)
  return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')})`
}

function literal(value: Row[string]): string {
  if (value === null) return 'NULL'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return `'${typeof value === 'string' ? value : `{${value.map((each) => `"${each}"`).join()}}`}'`
}
