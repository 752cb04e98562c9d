import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openOffice, type TestOffice } from '../access/test-office.ts'
import { whileUnwritable } from '../access/test-unwritable.ts'
import type { Actor } from '../auth/actor.ts'
import { lapseChanges } from '../jobs/lapse-changes.ts'
import { listJobs } from '../jobs/worker.ts'
import { createSecretBox } from '../keys/seal.ts'
import { listNotices } from '../notices/list-notices.ts'
import type { Services } from '../services.ts'
import { addWebhook } from '../webhooks/add-webhook.ts'
import { listWebhooks } from '../webhooks/list-webhooks.ts'
import { openSigningSecret } from '../webhooks/open-signing-secret.ts'
import { removeWebhook } from '../webhooks/remove-webhook.ts'
import { layWebhook } from '../webhooks/test-webhooks.ts'
import { decideChange } from './decide-change.ts'
import { listChanges } from './list-changes.ts'
import { parseChangeDecision } from './parse-change-decision.ts'

const URL = 'https://hook.test/?key=hidden'
let office: TestOffice
let services: Services
let ada: Actor
let bea: Actor
let ofWealth: Actor
let ofRetail: Actor

beforeAll(async () => {
  office = await openOffice()
  services = office.services
  ada = await office.hire('ada', ['admin'])
  bea = await office.hire('bea', ['admin'])
  ofWealth = await office.hire('walt', [`admin@${office.wealth.id}`])
  ofRetail = await office.hire('rita', [`admin@${office.retail.id}`])
})
afterAll(() => office.stop())

let seen = 0n
type Row = {
  action: string
  outcome: string
  code: string | null
  actor: string
  project: string | null
  after: Record<string, unknown> | null
}
const newRows = async (): Promise<Row[]> => {
  const rows = await services.db.$queryRaw<(Row & { id: bigint })[]>`
    SELECT id, action::text, outcome::text, code, actor_subject AS actor, project_name AS project, after
    FROM audit.events WHERE id > ${seen} ORDER BY id`
  seen = rows.at(-1)?.id ?? seen
  return rows.map(({ id: _, ...row }) => row)
}
beforeEach(async () => {
  await services.db.$executeRaw`UPDATE webhooks SET removed_at = now()`
  await services.db.$executeRaw`
    UPDATE changes SET decision = 'lapsed', decided_at = now(), secrets = '{}' WHERE decision IS NULL`
  await services.db.$executeRaw`UPDATE notices SET read_at = now()`
  await newRows()
})

const wanted = (project: string | null) => ({ project, url: URL, events: ['request.made'] })

async function propose(
  actor: Actor,
  project: string | null = office.wealth.name,
): Promise<{ changeId: string; signingSecret: string }> {
  const added = await addWebhook(services, actor, wanted(project))
  if (!('changeId' in added)) throw new Error('it does not wait')
  expect(added.state).toBe('awaiting')
  return added
}

const decide = (actor: Actor, changeId: string, approve: boolean, word: string | null = null) =>
  decideChange(services, actor, { changeId, approve, word })

const told = async (actor: Actor) =>
  (await listNotices(services, actor)).notices
    .filter(({ readAt }) => readAt === null)
    .map(({ kind, about }) => ({ kind, ...about }))

const standing = () => services.db.webhook.findMany({ where: { removedAt: null } })
const list = (actor: Actor) => listChanges(services, actor, { now: new Date() })

/** As if it had been proposed so many hours ago. */
const age = (changeId: string, hours: number) =>
  services.db.$executeRaw`
    UPDATE changes SET proposed_at = now() - make_interval(hours => ${hours}) WHERE id = ${changeId}::uuid`

describe('where there are four eyes', () => {
  test('a webhook waits, is told to the others, and is added by one of them, with both hands on record', async () => {
    const { changeId, signingSecret } = await propose(ada)
    expect(await standing()).toEqual([])
    expect(await newRows()).toMatchObject([
      {
        ...{ action: 'change.proposed', outcome: 'allowed', actor: ada.subject, project: 'Wealth' },
        after: { kind: 'webhook', lines: ['webhook at hook.test: added, told of request.made'] },
      },
    ])
    const awaiting = {
      kind: 'change.awaiting',
      changeId,
      change: 'webhook',
      project: 'Wealth',
      person: 'ada',
    }
    expect([await told(ada), await told(bea), await told(ofWealth), await told(ofRetail)]).toEqual([
      ...[[], [awaiting], [awaiting], []],
    ])

    expect(await decide(ofWealth, changeId, true, 'as agreed')).toEqual({ changeId, state: 'approved' })
    const [webhook] = await standing()
    expect(webhook).toMatchObject({ projectId: office.wealth.id, url: URL, createdBy: ada.personId })
    expect(webhook && openSigningSecret(services.secrets, webhook)).toBe(signingSecret)
    expect(await newRows()).toMatchObject([
      {
        ...{ action: 'webhook.changed', actor: ofWealth.subject, project: 'Wealth' },
        after: { did: 'added', host: 'hook.test', proposedBy: ada.personId, changeId },
      },
      { action: 'change.approved', actor: ofWealth.subject, after: { proposedBy: ada.personId } },
    ])
    expect(await told(ada)).toMatchObject([{ kind: 'change.decided', changeId, state: 'approved' }])
    expect((await list(bea)).decided[0]).toMatchObject({
      ...{ id: changeId, state: 'approved', proposedBy: 'ada', decidedBy: 'walt', word: 'as agreed' },
    })
  })

  test('nothing of it is done when it is refused, and what it held is forgotten', async () => {
    const { changeId } = await propose(ada)
    expect(await decide(bea, changeId, false, 'not this host')).toEqual({ changeId, state: 'refused' })
    expect(await standing()).toEqual([])
    const row = await services.db.change.findUniqueOrThrow({ where: { id: changeId } })
    expect(row).toMatchObject({ decision: 'refused', decidedBy: bea.personId, secrets: {} })
    expect(await told(ada)).toMatchObject([{ kind: 'change.decided', state: 'refused' }])
  })

  test('neither what it signs with nor its whole address is in the log, in notices or in what is listed', async () => {
    const { changeId, signingSecret } = await propose(ada)
    const waiting = await services.db.change.findUniqueOrThrow({ where: { id: changeId } })
    const shown = await list(bea)
    await decide(bea, changeId, true)
    const everything = [waiting, shown, await newRows(), await told(ada), await listWebhooks(services, ada)]
    for (const text of everything.map((each) => JSON.stringify(each))) {
      expect(text).not.toContain(signingSecret)
      expect(text).not.toContain('hidden')
    }
  })

  test('a removal waits, once however often it is asked for, and is then done', async () => {
    const id = await layWebhook(services, { url: URL, projectId: office.wealth.id })
    const first = await removeWebhook(services, ada, id)
    expect(await removeWebhook(services, ada, id)).toEqual(first)
    expect(await removeWebhook(services, bea, id)).toEqual(first)
    expect(await standing()).toHaveLength(1)
    expect((await newRows()).map(({ action }) => action)).toEqual(['change.proposed'])
    await decide(bea, first?.changeId ?? '', true)
    expect(await standing()).toEqual([])
    expect((await newRows()).map(({ action }) => action)).toEqual(['webhook.changed', 'change.approved'])
    expect(await removeWebhook(services, ada, id)).toBeNull()
  })

  test('what is of all projects waits too, and is decided where all are administered', async () => {
    const { changeId } = await propose(ada, null)
    expect((await list(ofWealth)).open).toEqual([])
    expect(await told(ofWealth)).toEqual([])
    await expect(decide(ofWealth, changeId, true)).rejects.toMatchObject({ code: 'forbidden' })
    expect((await list(bea)).open).toMatchObject([
      {
        ...{ id: changeId, about: { scope: 'all', project: null } },
        lines: ['webhook at hook.test: added, told of request.made, of all projects'],
      },
    ])
    await decide(bea, changeId, true)
    expect(await standing()).toMatchObject([{ projectId: null }])
  })

  test('what is of all projects is on record as no single project’s, whatever becomes of it', async () => {
    const changes = [await propose(ada, null), await propose(ada, null), await propose(ada, null)]
    const [made, refused, lapsed] = changes.map(({ changeId }) => changeId)
    await expect(decide(ada, made ?? '', true)).rejects.toMatchObject({ code: 'own-access' })
    await decide(bea, made ?? '', true)
    await decide(bea, refused ?? '', false)
    await age(lapsed ?? '', 73)
    await lapseChanges.run(services, AbortSignal.timeout(10_000))
    const rows = await newRows()
    expect(rows.map(({ action, project }) => [action, project])).toEqual([
      ...['change.proposed', 'change.proposed', 'change.proposed'].map((action) => [action, null]),
      ...['change.approved', 'webhook.changed', 'change.approved'].map((action) => [action, null]),
      ...['change.refused', 'change.lapsed'].map((action) => [action, null]),
    ])
  })

  test('what is of all projects is told to webhooks of all, and as no single project’s', async () => {
    const events = ['change.awaiting', 'change.decided'] as const
    const webhookIds = [
      await layWebhook(services, { url: URL, events, projectId: office.wealth.id }),
      await layWebhook(services, { url: URL, events }),
    ]
    const { changeId } = await propose(ada, null)
    await decide(bea, changeId, false)
    const sent = await services.db.webhookDelivery.findMany({
      where: { webhookId: { in: webhookIds } },
      orderBy: { id: 'asc' },
    })
    const data = { projectId: null, changeId, scope: 'all', project: null }
    expect(sent).toMatchObject(events.map((event) => ({ webhookId: webhookIds[1], event, body: { data } })))
    expect(await told(bea)).toMatchObject([{ kind: 'change.awaiting', scope: 'all', project: null }])
  })

  test('and nowhere else', async () => {
    expect(await addWebhook(services, ofRetail, wanted('Retail EU'))).toHaveProperty('webhookId')
  })
})

describe('a decision is refused, on record, and nothing is done,', () => {
  const refused = async (code: string, work: () => Promise<unknown>): Promise<void> => {
    await newRows()
    await expect(work()).rejects.toMatchObject({ code })
    expect((await newRows()).map((row) => [row.outcome, row.code])).toEqual([['refused', code]])
    expect(await standing()).toEqual([])
  }

  test('to whoever proposed it, either way', async () => {
    const { changeId } = await propose(ada)
    expect((await list(ada)).open).toMatchObject([{ id: changeId, isOwn: true, state: 'open' }])
    await refused('own-access', () => decide(ada, changeId, true))
    await refused('own-access', () => decide(ada, changeId, false))
  })

  test('to whoever does not administer the project, as of what is not there', async () => {
    const { changeId } = await propose(ada)
    await refused('forbidden', () => decide(ofRetail, changeId, true))
    await refused('forbidden', () => decide(ofRetail, randomUUID(), true))
    await refused('forbidden', () => decide(ofRetail, 'no id', true))
    expect((await list(ofRetail)).open).toEqual([])
  })

  test('when it was decided already; the same hand may say the same twice', async () => {
    const { changeId } = await propose(ada)
    await decide(bea, changeId, false)
    await refused('already-decided', () => decide(ofWealth, changeId, true))
    await refused('already-decided', () => decide(bea, changeId, true))
    await newRows()
    expect(await decide(bea, changeId, false)).toEqual({ changeId, state: 'refused' })
    expect(await newRows()).toEqual([])
  })

  test('when 72 hours have gone by, whether that is on record yet or not', async () => {
    const { changeId } = await propose(ada)
    await age(changeId, 73)
    expect((await list(bea)).open).toEqual([])
    const shown = (await list(bea)).decided.find(({ id }) => id === changeId)
    expect(shown).toMatchObject({ state: 'lapsed', decidedBy: null })
    await refused('already-decided', () => decide(bea, changeId, true))
  })

  test('when the webhook it would remove is gone', async () => {
    const id = await layWebhook(services, { url: URL, projectId: office.wealth.id })
    const waiting = await removeWebhook(services, ada, id)
    await services.db.webhook.update({ where: { id }, data: { removedAt: new Date() } })
    await refused('change-unfit', () => decide(bea, waiting?.changeId ?? '', true))
    expect(await decide(bea, waiting?.changeId ?? '', false)).toMatchObject({ state: 'refused' })
  })

  test('when what was proposed can no longer be opened', async () => {
    const { changeId } = await propose(ada)
    const elsewhere = { ...services, secrets: createSecretBox(Buffer.alloc(32, 1), null) }
    await refused('change-unfit', () => decideChange(elsewhere, bea, { changeId, approve: true, word: null }))
  })

  test('to somebody who is an administrator no more, though they still were at the door', async () => {
    const late = await office.hire('lou', ['admin'])
    const { changeId } = await propose(ada)
    await services.db.roleHeld.deleteMany({ where: { personId: late.personId } })
    await refused('forbidden', () => decide(late, changeId, true))
  })
})

test('of two who decide at once one does, and the other is told', async () => {
  for (const approves of [true, false]) {
    const { changeId } = await propose(ada)
    const outcomes = await Promise.allSettled([
      decide(bea, changeId, true),
      decide(ofWealth, changeId, approves),
    ])
    const lost = outcomes.flatMap((each) => (each.status === 'rejected' ? each.reason.code : []))
    expect(lost).toEqual(['already-decided'])
    const row = await services.db.change.findUniqueOrThrow({ where: { id: changeId } })
    expect(await services.db.webhook.count({ where: { removedAt: null } })).toBe(
      row.decision === 'approved' ? 1 : 0,
    )
    await services.db.$executeRaw`UPDATE webhooks SET removed_at = now()`
  }
})

describe('what nobody decides', () => {
  test('lapses on record after 72 hours, and is told; what is younger stays', async () => {
    const [old, young] = [await propose(ada), await propose(ada)]
    await age(old.changeId, 73)
    await age(young.changeId, 71)
    await newRows()
    await lapseChanges.run(services, AbortSignal.timeout(10_000))
    await lapseChanges.run(services, AbortSignal.timeout(10_000))
    expect(await newRows()).toMatchObject([
      {
        ...{ action: 'change.lapsed', outcome: 'allowed', actor: 'recordroom', project: 'Wealth' },
        after: { kind: 'webhook', why: 'nobody decided within 72 hours' },
      },
    ])
    expect((await list(bea)).open.map(({ id }) => id)).toEqual([young.changeId])
    expect(await told(ada)).toMatchObject([
      { kind: 'change.decided', changeId: old.changeId, state: 'lapsed' },
    ])
    const row = await services.db.change.findUniqueOrThrow({ where: { id: old.changeId } })
    expect(row).toMatchObject({ decision: 'lapsed', decidedBy: null, secrets: {} })
  })

  test('lapses, whatever becomes of another that cannot be written', async () => {
    const [stuck, free] = [await propose(ada), await propose(ada)]
    const stateOf = async ({ changeId }: { changeId: string }) =>
      (await services.db.change.findUniqueOrThrow({ where: { id: changeId } })).decision
    for (const { changeId } of [stuck, free]) await age(changeId, 73)
    await whileUnwritable(office.ownerUrl, { table: 'changes', id: stuck.changeId }, async () => {
      await expect(lapseChanges.run(services, AbortSignal.timeout(10_000))).rejects.toThrow()
      expect([await stateOf(stuck), await stateOf(free)]).toEqual([null, 'lapsed'])
    })
    await lapseChanges.run(services, AbortSignal.timeout(10_000))
    expect(await stateOf(stuck)).toBe('lapsed')
  })

  test('is looked at by the worker', () => {
    expect(listJobs()).toContain(lapseChanges)
  })
})

test.each([
  [{}],
  [{ approve: 'yes' }],
  [{ approve: true, word: 'x'.repeat(2001) }],
  [{ approve: true, a: 1 }],
])('a decision of another form is not understood: %#', (body) => {
  expect(() => parseChangeDecision(body)).toThrow('request-invalid')
})

test('a word of nothing is none', () => {
  expect(parseChangeDecision({ approve: true, word: ' \u0000 ' })).toEqual({ approve: true, word: null })
})
