import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSession } from '../../../prisma/test-log.ts'
import type { Actor } from '../../auth/actor.ts'
import { csv } from '../../http/csv.ts'
import { newUuid } from '../../uuid.ts'
import { openOffice, type TestOffice } from '../test-office.ts'
import type { LookedAt } from './find-looked-at.ts'
import { parseListing } from './parse-listing.ts'
import { renderListing } from './render-listing.ts'

let office: TestOffice
let admin: Actor
let reviewer: Actor

beforeAll(async () => {
  office = await openOffice()
  admin = await office.hire('admin', ['admin'])
  reviewer = await office.hire('=cmd|reviewer', ['reviewer'])
})
afterAll(() => office.stop())

const render = async (who: Actor, reach: LookedAt): Promise<string> =>
  csv(await renderListing(office.services, who, { reach, now: new Date() }), 'listing.csv').text()

describe('who may see something, as CSV', () => {
  test('is a line a grant, its times in UTC, and nothing in it that is computed', async () => {
    const { id } = await office.services.db.grant.create({
      data: {
        ...{
          personId: reviewer.personId,
          projectId: office.retail.id,
          rights: ['recording:find', 'recording:play'],
        },
        ...{ validFrom: new Date('2026-01-01T01:00:00+01:00'), validUntil: new Date('2099-01-01') },
        ...{ givenAt: new Date('2026-01-01'), reason: '@SUM(A1), "as asked"\nby phone', caseReference: null },
      },
    })
    const [head, ...lines] = (await render(admin, { project: 'Retail EU' })).split('\r\n')
    expect(head).toBe(
      '"holder_kind","holder","holder_email","holder_id","by_group","reaches","project","region","unit","session_id","archive_id",' +
        '"not_older_than_days","rights","state","held_back","from","until","reason","case_reference","given_by","given_at",' +
        '"approved_by","approved_at","taken_back_at","last_used_at","grant_id","note"',
    )
    expect(lines).toEqual([
      `"person","'=cmd|reviewer","'${reviewer.email}","${reviewer.personId}",,"project","Retail EU",,,,,,` +
        '"recording:find recording:play","in force",,2026-01-01T00:00:00.000Z,2099-01-01T00:00:00.000Z,' +
        `"'@SUM(A1), ""as asked""\nby phone",,"access file",2026-01-01T00:00:00.000Z,,,,,"${id}",`,
      '',
    ])
  })

  test('is on record once, as a file', async () => {
    const rows = () =>
      office.services.db.$queryRaw<unknown[]>`
        SELECT outcome::text, after FROM audit.events WHERE action = 'access.listed' ORDER BY id`
    const before = (await rows()).length
    await render(admin, { project: 'Wealth' })
    expect((await rows()).slice(before)).toEqual([{ outcome: 'allowed', after: { format: 'csv' } }])
  })

  test('has below a group’s line one for each whom it lets in', async () => {
    const { db } = office.services
    const [one, two] = [await office.hire('one', ['reviewer']), await office.hire('two', ['reviewer'])]
    for (const { personId } of [one, two])
      await db.person.update({ where: { id: personId }, data: { groups: ['desk'] } })
    const { id } = await db.grant.create({
      data: {
        ...{
          groupName: 'desk',
          projectId: office.wealth.id,
          rights: ['recording:find'],
          reason: 'by the group',
        },
        ...{ validFrom: new Date('2026-01-01'), validUntil: new Date('2099-01-01') },
      },
    })
    const lines = (await render(admin, { project: 'Wealth' }))
      .split('\r\n')
      .filter((line) => line.includes(id))
    expect(lines.map((line) => line.split(',').slice(0, 5).join(','))).toEqual([
      '"group","desk",,,"desk"',
      `"in the group","one","${one.email}","${one.personId}","desk"`,
      `"in the group","two","${two.email}","${two.personId}","desk"`,
    ])
    expect(lines.map((line) => /not signed in since/.test(line))).toEqual([true, false, false])
  })

  test('is refused before anything is sent', async () => {
    const local = await office.hire('local', [`admin@${office.retail.id}`])
    await expect(render(local, { project: 'Wealth' })).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('says so where there are more than 10,000', async () => {
    const owner = await openSession(office.ownerUrl)
    const many = await office.hire('many', ['reviewer'])
    await owner.ask(
      `INSERT INTO grants (id, person_id, project_id, rights, valid_from, valid_until, reason)
       SELECT gen_random_uuid(), $1, $2, '{recording:find}', now(), now() + interval '1 day', 'grant ' || n
       FROM generate_series(1, 10000) n`,
      [many.personId, office.retail.id],
    )
    const reach = { personId: many.personId }
    const whole = (await render(admin, reach)).trimEnd().split('\r\n')
    expect([whole.length, whole.at(-1)?.includes('grant_id')]).toEqual([10_001, false])
    await owner.ask(
      `INSERT INTO grants (id, person_id, project_id, rights, valid_from, valid_until, reason)
       VALUES ($1, $2, $3, '{recording:find}', now(), now() + interval '2 days', 'one more')`,
      [newUuid(), many.personId, office.retail.id],
    )
    await owner.end()
    const cut = (await render(admin, reach)).trimEnd().split('\r\n')
    expect(cut).toHaveLength(10_002)
    expect(cut.at(-1)).toBe('"There are more than 10,000 lines; the rest is not in this file."')
    expect(new Set(cut.slice(1, -1)).size).toBe(10_000)
  })

  test('counts those whom a group’s grant lets in', async () => {
    const owner = await openSession(office.ownerUrl)
    const join = (from: number, to: number) =>
      owner.ask(
        `WITH many AS (
           INSERT INTO people (id, email, groups)
           SELECT gen_random_uuid(), n || '@demo.test', '{crowd}' FROM generate_series($1::int, $2::int) n RETURNING id)
         INSERT INTO roles_held (id, person_id, role) SELECT gen_random_uuid(), id, 'reviewer' FROM many`,
        [from, to],
      )
    const archiveId = randomUUID()
    await owner.ask(
      `INSERT INTO grants (id, group_name, scope, project_id, archive_id, rights, valid_from, valid_until, reason)
       VALUES ($1, 'crowd', 'archive', $2, $3, '{recording:find}', now(), now() + interval '1 day', 'for a crowd')`,
      [newUuid(), office.retail.id, archiveId],
    )
    await join(1, 9999)
    const whole = (await render(admin, { archiveId })).trimEnd().split('\r\n')
    expect([whole.length, whole.at(-1)?.startsWith('"in the group"')]).toEqual([10_001, true])
    await join(10_000, 10_000)
    await owner.end()
    const cut = (await render(admin, { archiveId })).trimEnd().split('\r\n')
    expect([cut.length, cut.at(-1)]).toEqual([
      10_002,
      '"There are more than 10,000 lines; the rest is not in this file."',
    ])
  })
})

describe('what an address asks', () => {
  test.each<[string, LookedAt]>([
    ['person=1', { personId: '1' }],
    ['project=Retail+EU', { project: 'Retail EU' }],
    ['session=1_x&other=y', { sessionId: '1_x' }],
    ['archive=2&person=', { archiveId: '2' }],
  ])('%s', (query, reach) => {
    expect(parseListing(new URLSearchParams(query))).toEqual(reach)
  })

  test.each(['', 'person=', 'person=1&project=2', 'person=1&person=2', 'constructor=1'])(
    'is refused unless it names one: %j',
    (query) => {
      expect(() => parseListing(new URLSearchParams(query))).toThrow(
        expect.objectContaining({ code: 'request-invalid' }),
      )
    },
  )
})
