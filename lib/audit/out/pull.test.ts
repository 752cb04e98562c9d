import { randomUUID } from 'node:crypto'
import { Client as PgClient } from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openSession } from '../../../prisma/test-log.ts'
import { openOffice, type TestOffice } from '../../access/test-office.ts'
import type { Actor } from '../../auth/actor.ts'
import { recordRefusals } from '../../auth/refusal-count.ts'
import { watchLogOutlets } from '../../jobs/watch-log-outlets.ts'
import { newUuid } from '../../uuid.ts'
import { beginSeries } from '../begin-series.ts'
import type { AuditEvent } from '../event.ts'
import { recordEvent } from '../record.ts'
import { sealAll } from '../test-seal-all.ts'
import { endToken } from './end-token.ts'
import { listTokens } from './list-tokens.ts'
import { makeToken } from './make-token.ts'
import { parsePull } from './parse-pull.ts'
import { parseToken, type WantedToken } from './parse-token.ts'
import { type PulledEvents, pullEvents } from './pull-events.ts'
import { planPieces } from './read-sealed.ts'
import { renderPulled } from './render-pulled.ts'
import { requireLogToken } from './require-token.ts'
import { findPlaceOf } from './seal-place.ts'

const DAY_MS = 86_400_000
let office: TestOffice
let nora: Actor
let everything: string

beforeAll(async () => {
  office = await openOffice()
  await beginSeries(office.services.db)
  nora = await office.hire('nora', ['auditor'])
  everything = (await make(nora)).token
})
afterAll(() => office.stop())

const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS)
const make = (actor: Actor, wanted: Partial<WantedToken> = {}) =>
  makeToken(office.services, actor, { name: 'siem', projects: null, until: inDays(30), ...wanted })
const bearer = (token: string) =>
  new Headers({ authorization: `Bearer ${token}`, 'x-recordroom-address': '192.0.2.7' })

async function pull(token: string, query: Record<string, string> = {}): Promise<PulledEvents> {
  const reader = await requireLogToken(office.services, bearer(token))
  return pullEvents(office.services, reader, parsePull(query))
}

/** Everything from a cursor on, a few at a time, as a program polls. */
async function pullAll(token: string, after: string | null, limit = 7): Promise<PulledEvents> {
  const events: PulledEvents['events'][number][] = []
  for (let next = after; ; ) {
    const got = await pull(token, { limit: String(limit), ...(next !== null && { after: next }) })
    events.push(...got.events)
    if (got.next === next) return { events, next }
    next = got.next
  }
}

const note = (about: Partial<AuditEvent> = {}): Promise<unknown> =>
  recordEvent(office.services.db, {
    ...{ id: newUuid(), action: 'session.searched', outcome: 'allowed' },
    ...{ actor: { kind: 'service', name: 'test' }, ...about },
  })

const logOf = (action: string) =>
  office.services.db.$queryRaw<
    { outcome: string; code: string | null; target: string | null; after: Record<string, unknown> | null }[]
  >`SELECT outcome::text, code, target_id AS target, after FROM audit.events WHERE action = ${action}::audit.action ORDER BY id`

describe('a token is made', () => {
  test('on record, told once, and kept as its hash', async () => {
    const { tokenId, token } = await make(nora, { name: 'Splunk', projects: ['Retail EU'] })
    expect(token).toMatch(/^rrlog_[\w-]{43}$/)
    const row = await office.services.db.logOutlet.findUniqueOrThrow({ where: { id: tokenId } })
    expect(
      JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain(token)
    const [line] = (await logOf('token.made')).filter(({ target }) => target === tokenId)
    expect(line).toMatchObject({ outcome: 'allowed', after: { name: 'Splunk', projects: ['Retail EU'] } })
    expect(await listTokens(office.services, nora)).toContainEqual(
      expect.objectContaining({
        id: tokenId,
        name: 'Splunk',
        projects: ['Retail EU'],
        madeBy: 'nora',
        state: 'counts',
      }),
    )
  })

  test.each([
    ['for longer than a year', { until: inDays(366) }, 'token-invalid'],
    ['that is over', { until: inDays(-1) }, 'token-invalid'],
    ['without a name', { name: ' ' }, 'token-invalid'],
    ['of a project that is not there', { projects: ['Nowhere'] }, 'forbidden'],
  ] as const)('but none %s, which is on record', async (_, wanted, code) => {
    const before = (await logOf('token.made')).length
    await expect(make(nora, wanted)).rejects.toMatchObject({ code })
    expect((await logOf('token.made')).slice(before)).toMatchObject([{ outcome: 'refused', code }])
  })

  test('within what its maker may export, and by nobody else', async () => {
    const ola = await office.hire('ola', [`auditor@${office.retail.id}`])
    await expect(make(ola)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(make(ola, { projects: ['Retail EU', 'Wealth'] })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(make(await office.hire('ada', ['admin']))).rejects.toMatchObject({ code: 'forbidden' })
    await make(ola, { projects: ['Retail EU'] })
  })

  test('twenty at a time by one person', async () => {
    const busy = await office.hire('busy', ['auditor'])
    for (let count = 0; count < 20; count += 1) await make(busy)
    await expect(make(busy)).rejects.toMatchObject({ code: 'token-invalid' })
  })

  test('and is among those that its maker is shown, however many others there are', async () => {
    const { db } = office.services
    const own = await office.hire('own', [`auditor@${office.retail.id}`])
    const { tokenId } = await make(own, { projects: ['Retail EU'] })
    const others = { kind: 'token', forAll: true, projectIds: [], madeBy: nora.personId, until: inDays(1) }
    const many = Array.from({ length: 201 }, (_, n) => ({ ...others, name: `n${n}`, tokenHash: `many-${n}` }))
    await db.logOutlet.createMany({ data: many })
    expect((await listTokens(office.services, own)).map(({ id }) => id)).toContain(tokenId)
    await db.logOutlet.updateMany({
      where: { tokenHash: { startsWith: 'many-' } },
      data: { endedAt: new Date(), endReason: 'revoked' },
    })
  })

  test.each([
    [{}],
    [{ name: 'x', until: 'tomorrow' }],
    [{ name: 'x\n', until: '2027-01-01' }],
    [{ name: 'x', until: '2027-01-01', projects: [] }],
    [{ name: 'x', until: '2027-01-01', scope: 'all' }],
  ])('of a body that is understood: %#', (body) => {
    expect(() => parseToken(body)).toThrow('request-invalid')
  })
})

describe('a token is refused in the same words', () => {
  const refused = (token: string) =>
    expect(pull(token)).rejects.toMatchObject({ code: 'token-refused', status: 401 })

  test.each([[''], ['rrlog_'], [`rrlog_${'a'.repeat(43)}`], [randomUUID()]])('when it is none: %j', (token) =>
    refused(token),
  )

  test('when it was revoked, once and for good, on record with what was read', async () => {
    const { tokenId, token } = await make(nora)
    await note()
    await sealAll(office.services.db)
    const { events } = await pull(token)
    await endToken(office.services, nora, tokenId)
    await endToken(office.services, nora, tokenId)
    await refused(token)
    const lines = (await logOf('token.ended')).filter(({ target }) => target === tokenId)
    expect(lines).toMatchObject([{ outcome: 'allowed', after: { why: 'revoked', rows: events.length } }])
    expect(events.length).toBeGreaterThan(0)
    await expect(
      office.services.db.$executeRaw`UPDATE log_outlets SET ended_at = NULL WHERE id = ${tokenId}::uuid`,
    ).rejects.toThrow('stays as it was made')
  })

  test('when its time is over', async () => {
    const { token } = await make(nora, { until: new Date(Date.now() + 2_000) })
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    await refused(token)
  })

  test('when its maker lost the role for a part of it, or is disabled', async () => {
    const { db } = office.services
    const pia = await office.hire('pia', [`auditor@${office.retail.id}`, `auditor@${office.wealth.id}`])
    const { token } = await make(pia, { projects: ['Retail EU', 'Wealth'] })
    await pull(token)
    await db.roleHeld.deleteMany({ where: { personId: pia.personId, projectId: office.wealth.id } })
    await refused(token)
    const { token: other } = await make(pia, { projects: ['Retail EU'] })
    await pull(other)
    await db.person.update({ where: { id: pia.personId }, data: { disabledAt: new Date() } })
    await refused(other)
  })

  test('for good once a job has seen it: a role that is given again revives nothing', async () => {
    const { db } = office.services
    const kim = await office.hire('kim', ['auditor'])
    const [lost, over] = [await make(kim), await make(nora, { until: new Date(Date.now() + 2_000) })]
    await db.roleHeld.deleteMany({ where: { personId: kim.personId } })
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    await watchLogOutlets.run(office.services, AbortSignal.timeout(10_000))
    await db.roleHeld.create({ data: { personId: kim.personId, role: 'auditor', projectId: null } })
    await refused(lost.token)
    const ended = await logOf('token.ended')
    for (const [id, why] of [
      [lost.tokenId, 'hand'],
      [over.tokenId, 'expired'],
    ])
      expect(ended.filter(({ target }) => target === id)).toMatchObject([{ after: { why, rows: 0 } }])
  })

  test('also where another cannot be ended', async () => {
    const { db } = office.services
    const liz = await office.hire('liz', ['auditor'])
    const [broken, other] = [await make(liz), await make(liz)]
    await db.roleHeld.deleteMany({ where: { personId: liz.personId } })
    const owner = await openSession(office.ownerUrl)
    await owner.ask(
      `ALTER TABLE log_outlets ADD CONSTRAINT broken CHECK (id <> '${broken.tokenId}' OR ended_at IS NULL)`,
    )
    await watchLogOutlets.run(office.services, AbortSignal.timeout(10_000))
    await owner.ask('ALTER TABLE log_outlets DROP CONSTRAINT broken')
    await owner.end()
    const ended = (await logOf('token.ended')).map(({ target }) => target)
    expect([ended.includes(broken.tokenId), ended.includes(other.tokenId)]).toEqual([false, true])
  })

  test('and it is ended by its maker or who may export as much, by nobody else', async () => {
    const { tokenId } = await make(nora)
    const ola = await office.hire('ola', [`auditor@${office.retail.id}`])
    for (const id of [tokenId, randomUUID(), 'x'])
      await expect(endToken(office.services, ola, id)).rejects.toMatchObject({ code: 'forbidden' })
    expect((await listTokens(office.services, ola)).map(({ id }) => id)).not.toContain(tokenId)
    await endToken(office.services, await office.hire('nils', ['auditor']), tokenId)
  })

  test('which is counted by address and minute, and past a limit it is refused before', async () => {
    await refused(`rrlog_${'b'.repeat(43)}`)
    await recordRefusals(office.services)
    const lines = (await logOf('address.refused')).filter(({ code }) => code === 'token-refused')
    expect(lines.length).toBeGreaterThan(0)
    for (let guess = 0; guess < 60; guess += 1) await pull(`rrlog_${'c'.repeat(43)}`).catch(() => {})
    await expect(pull(`rrlog_${'c'.repeat(43)}`)).rejects.toMatchObject({ code: 'rate-limited' })
    // A token that counts is none of the guesses of its address.
    await pull(everything)
  })
})

describe('the log is read', () => {
  test('each row once, in the order it was sealed in, however transactions end', async () => {
    const { db } = office.services
    await sealAll(db)
    const { next: start } = await pullAll(everything, null, 1_000)
    const session = new PgClient({ connectionString: office.services.env.databaseUrl })
    await session.connect()
    await session.query('BEGIN')
    const late = newUuid()
    await session.query('SELECT audit.append_audit_event($1)', [
      JSON.stringify({ event_id: late, action: 'session.searched', outcome: 'allowed' }),
    ])
    const noted: string[] = []
    for (let each = 0; each < 30; each += 1) {
      const id = newUuid()
      noted.push(id)
      await note({ id })
    }
    await session.query('COMMIT')
    await session.end()
    await sealAll(db)
    const { events, next } = await pullAll(everything, start)
    const ids = events.map(({ event_id }) => event_id)
    expect(ids).toEqual([late, ...noted])
    const sealed = await db.$queryRaw<{ id: string }[]>`
      SELECT u.id::text AS id FROM audit.block_leaves l, unnest(l.ids) WITH ORDINALITY u(id, place) ORDER BY l.number, u.place`
    const all = await pullAll(everything, null, 13)
    expect(all.events.map(({ id }) => id)).toEqual(sealed.map(({ id }) => id))
    expect(all.next).toBe(next)
    expect(await pull(everything, { after: next })).toEqual({ events: [], next })
  })

  test('as the view says it, with who and what beside', async () => {
    const { db } = office.services
    const { next } = await pullAll(everything, null, 1_000)
    const viewingId = newUuid()
    const actor: AuditEvent['actor'] = {
      ...{
        kind: 'person' as const,
        issuer: 'https://issuer.test',
        subject: 's-1',
        name: 'Jo',
        email: 'jo@demo.test',
      },
      ...{ roles: ['reviewer'], signInId: newUuid(), signedInAt: new Date(), acr: null, amr: ['pwd'] },
    }
    const client = { address: '192.0.2.9', userAgent: 'test', requestId: 'r-1' }
    await note({
      ...{ action: 'viewing.opened', actor, client, viewingId, sessionId: '1_MX', archiveId: randomUUID() },
      ...{
        projectId: office.retail.id,
        projectName: 'Retail EU',
        reasonCode: 'quality',
        reason: 'a good reason',
      },
      ...{ target: { kind: 'archive', id: 'a-1' }, caseReference: 'C-1' },
    })
    await recordEvent(db, {
      ...{ id: newUuid(), action: 'viewing.window', outcome: 'allowed', viewingId },
      window: { start: 0, end: 188, bytes: 188 },
      media: { from: 0, to: 2 },
    })
    await sealAll(db)
    const { events } = await pull(everything, { after: next })
    const view = await db.$queryRaw<Record<string, unknown>[]>`
      SELECT id::text, action, outcome, code, actor_email, actor_subject, project, session_id, archive_id, viewing_id,
        window_start::float8, window_end::float8, bytes::float8, reason_code, reason, case_reference, address, request_id
      FROM audit.log WHERE id = ANY (${events.map(({ id }) => BigInt(id))}::bigint[]) ORDER BY id`
    for (const [at, row] of view.entries()) {
      const said = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))
      expect(events[at]).toMatchObject(said)
    }
    expect(events[1]).toMatchObject({
      ...{ action: 'viewing.window', actor_kind: 'person', actor_name: 'Jo', actor_roles: ['reviewer'] },
      ...{ reason: 'a good reason', case_reference: 'C-1', media_to_ms: 2000, user_agent: 'test' },
    })
    expect(events[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  })

  test('within the projects of the token: what has none is for tokens of all', async () => {
    const retail = (await make(nora, { projects: ['Retail EU'] })).token
    const { next } = await pullAll(retail, null, 1_000)
    const [ours, theirs, nobodys] = [newUuid(), newUuid(), newUuid()]
    await note({ id: theirs, projectId: office.wealth.id, projectName: 'Wealth' })
    await note({ id: ours, projectId: office.retail.id, projectName: 'Retail EU' })
    await note({ id: nobodys })
    await sealAll(office.services.db)
    const { events, next: after } = await pullAll(retail, next)
    const ids = events.map(({ event_id }) => event_id)
    expect(ids).toContain(ours)
    expect(ids.filter((id) => id === theirs || id === nobodys)).toEqual([])
    expect(events.filter(({ project }) => project !== 'Retail EU')).toEqual([])
    expect(after).not.toBe(next)
  })

  test('of those that fit a filter alone, without asking on for ever', async () => {
    const { next } = await pullAll(everything, null, 1_000)
    const [searched, shown] = [newUuid(), newUuid()]
    const since = new Date().toISOString()
    await note({ id: searched, sessionId: '1_MX4filter' })
    await note({ id: shown, action: 'recording.viewed', sessionId: '1_MX4filter' })
    await sealAll(office.services.db)
    const filter = { action: 'recording.viewed' }
    const got = await pull(everything, { ...filter, after: next })
    expect(got.events.map(({ event_id }) => event_id)).toEqual([shown])
    expect(await pull(everything, { ...filter, after: got.next })).toEqual({ events: [], next: got.next })
    const late = await pull(everything, { from: since })
    expect(late.events.map(({ event_id }) => event_id)).toEqual([searched, shown])
  })

  test('from a moment on, although a clock was set back since', async () => {
    const { db } = office.services
    await sealAll(db)
    const owner = await openSession(office.ownerUrl)
    await owner.ask('BEGIN')
    await owner.ask('ALTER TABLE audit.blocks DISABLE TRIGGER ALL')
    const [last] = await owner.ask<{ number: string; at: Date }>(
      'SELECT number, at FROM audit.blocks WHERE count > 0 ORDER BY number DESC LIMIT 1',
    )
    const [number, at] = [Number(last?.number), last?.at ?? new Date()]
    // The last block was sealed by a clock that was an hour fast.
    await owner.ask(`UPDATE audit.blocks SET at = at + interval '1 hour' WHERE number = $1`, [number])
    await owner.ask('ALTER TABLE audit.blocks ENABLE ALWAYS TRIGGER refuse_row')
    await owner.ask('ALTER TABLE audit.blocks ENABLE ALWAYS TRIGGER refuse_statement')
    await owner.ask('COMMIT')
    await owner.end()
    await note()
    await sealAll(db)
    expect((await findPlaceOf(db, at)).block).toBe(number)
    expect(await findPlaceOf(db, inDays(1))).toMatchObject({ row: 0 })
  })

  test('on record once an hour, with what was read since', async () => {
    const { tokenId, token } = await make(nora, { name: 'hourly' })
    const lines = async () => (await logOf('log.exported')).filter(({ target }) => target === tokenId)
    const first = await pull(token, { limit: '5' })
    await pull(token, { after: first.next, limit: '3' })
    expect(await lines()).toMatchObject([
      { outcome: 'allowed', after: { name: 'hourly', since: null, rows: 0 } },
    ])
    await office.services.db.$executeRaw`
      UPDATE log_outlets SET reported_at = now() - interval '61 minutes' WHERE id = ${tokenId}::uuid`
    await Promise.all([pull(token), pull(token)])
    expect(await lines()).toMatchObject([{}, { after: { rows: 8, since: expect.any(String) } }])
  })

  test('with what was looked for on record before, each question once an hour, and nothing that was typed', async () => {
    const { tokenId, token } = await make(nora, { name: 'asking', projects: ['Retail EU'] })
    const lines = async () => (await logOf('log.searched')).filter(({ target }) => target === tokenId)
    await pull(token)
    expect(await lines()).toEqual([])
    const asked = { person: 'Robin Reviewer', case: 'C-7', session: randomUUID(), from: '2026-11-24' }
    const [{ next }] = await Promise.all([pull(token, asked), pull(token, asked)])
    await pull(token, { ...asked, after: next, limit: '1' })
    const after = { name: 'asking', madeBy: nora.personId, personLength: 14, caseLength: 3 }
    expect(await lines()).toMatchObject([
      { outcome: 'allowed', after: { ...after, from: '2026-11-24T00:00:00.000Z' } },
    ])
    expect(JSON.stringify(await lines())).not.toMatch(/Robin|C-7/)
    const [row] = await office.services.db.$queryRaw<Record<string, unknown>[]>`
      SELECT actor_kind, archive_id::text, project_id::text FROM audit.events
      WHERE action = 'log.searched' AND target_id = ${tokenId}`
    expect(row).toEqual({
      ...{ actor_kind: 'service', archive_id: asked.session, project_id: office.retail.id },
    })
    // As long, and somebody else.
    await pull(token, { ...asked, person: 'Robyn Reviewer' })
    expect(await lines()).toHaveLength(2)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
    await pull(token, asked).finally(() => vi.useRealTimers())
    expect(await lines()).toHaveLength(3)
  })

  test('and the last of it is on record though nothing is read any more', async () => {
    const { tokenId, token } = await make(nora)
    await pull(token, { limit: '4' })
    await office.services.db.$executeRaw`
      UPDATE log_outlets SET reported_at = now() - interval '61 minutes', last_used_at = now() - interval '61 minutes'
      WHERE id = ${tokenId}::uuid`
    await watchLogOutlets.run(office.services, AbortSignal.timeout(10_000))
    await watchLogOutlets.run(office.services, AbortSignal.timeout(10_000))
    const lines = (await logOf('log.exported')).filter(({ target }) => target === tokenId)
    expect(lines.map(({ after }) => after?.rows)).toEqual([0, 4])
  })

  test.each([
    [{ after: 'x' }],
    [{ after: '' }],
    [{ after: Buffer.from('0.0').toString('base64url') }],
    [{ after: Buffer.from(`0.0.${'f'.repeat(16)}`).toString('base64url') }],
    [{ after: Buffer.from(`999999.0.${'0'.repeat(16)}`).toString('base64url') }],
    [{ after: 'a'.repeat(10_000) }],
    [{ limit: '0' }],
    [{ limit: '1001' }],
    [{ limit: '1e2' }],
    [{ token: 'x' }],
    [{ action: 'log.burnt' }],
    [{ from: '2026-02-30' }],
    [{ person: 'x'.repeat(10_000) }],
  ])('by parameters that are understood: %#', async (query) => {
    await expect(pull(everything, query)).rejects.toMatchObject({ code: 'request-invalid' })
  })

  test('as lines, the last of which says where to go on', async () => {
    const pulled = await pull(everything, { limit: '2' })
    const answer = renderPulled(pulled, 'application/x-ndjson; q=1, */*')
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = (await answer.text()).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual([...pulled.events, { next: pulled.next }])
    expect(await renderPulled(pulled, null).json()).toEqual(pulled)
  })
})

test('pieces of blocks follow each other without a gap', () => {
  const blocks = [4, 0, 3, 5].map((count, number) => ({ number, count }))
  expect(planPieces({ block: 0, row: 2 }, blocks, 4)).toEqual({
    pieces: [
      { block: 0, start: 2, end: 4 },
      { block: 2, start: 0, end: 2 },
    ],
    next: { block: 2, row: 2 },
  })
  expect(planPieces({ block: 2, row: 3 }, blocks.slice(2), 9)).toEqual({
    pieces: [{ block: 3, start: 0, end: 5 }],
    next: { block: 4, row: 0 },
  })
  expect(planPieces({ block: 9, row: 0 }, [], 9)).toEqual({ pieces: [], next: { block: 9, row: 0 } })
})
