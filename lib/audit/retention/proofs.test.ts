import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { append, openSession, renderEvent, type Session } from '../../../prisma/test-log.ts'
import { layAnnouncement, layMonth, layRow, monthAgo } from '../../../prisma/test-retention.ts'
import { openOffice, type TestOffice } from '../../access/test-office.ts'
import type { Actor } from '../../auth/actor.ts'
import { decideChange } from '../../projects/decide-change.ts'
import { beginSeries } from '../begin-series.ts'
import { writeVerifiers } from '../build-verifiers.ts'
import { checkLog } from '../check/check-log.ts'
import { checkpointOrigin } from '../checkpoint.ts'
import { readWhole, whileSealing } from '../export/test-log.ts'
import { readSealState } from '../seal-state.ts'
import { fingerprintOf } from '../signing-key.ts'
import { VERIFIERS_FOLDER } from '../verifiers-folder.ts'
import { verifyFolder } from '../verify-cli.ts'
import { dropDue } from './drop-due.ts'
import { proposeErasure } from './propose-erasure.ts'
import { proposeLogRule } from './propose-rule.ts'
import { readLogRetention } from './read-retention.ts'

const MONTH = monthAgo(8)
const place = mkdtempSync(join(tmpdir(), 'recordroom-kept-'))
let office: TestOffice
let owner: Session
let writer: Session
let auditor: Actor
let ada: Actor
let bea: Actor

beforeAll(async () => {
  writeVerifiers(VERIFIERS_FOLDER)
  office = await openOffice()
  owner = await openSession(office.ownerUrl)
  writer = await openSession(office.services.env.databaseUrl)
  await layMonth(owner, MONTH)
  await beginSeries(office.services.db)
  auditor = await office.hire('olga', ['auditor'])
  ada = await office.hire('ada', ['admin'])
  bea = await office.hire('bea', ['admin'])
})
afterAll(async () => {
  await Promise.all([owner.end(), writer.end(), office.stop()])
  rmSync(place, { recursive: true })
})

const key = (): string => fingerprintOf(office.services.env.auditSigningKey)

async function settle(): Promise<void> {
  const behind = async (): Promise<number> => (await readSealState(office.services.db)).oldestUnsealedSeconds
  await expect.poll(behind, { timeout: 60_000 }).toBe(0)
}

let laid = 0
async function exportTo(given: Record<string, string> = {}): Promise<string> {
  await settle()
  laid += 1
  const folder = join(place, String(laid))
  writeFileSync(`${folder}.zip`, await readWhole(office.services, auditor, { format: 'bundle', ...given }))
  execFileSync('unzip', ['-q', `${folder}.zip`, '-d', folder])
  return folder
}

const verify = async (folder: string, earlier?: string): Promise<[code: number, sentence: string]> => {
  const { code, sentences } = await verifyFolder(folder, {
    key: key(),
    ...(earlier !== undefined && { earlier }),
  })
  return [code, sentences.join(' ')]
}

const fileOf = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8')

/** The check of the whole log that the portal makes every night. */
async function checkAll(): Promise<unknown> {
  await settle()
  const { db, env } = office.services
  const signer = { origin: checkpointOrigin(env.origin), key: env.auditSigningKey, previousKey: null }
  const [row] = await db.$queryRaw<{ size: number }[]>`SELECT max(size)::int AS size FROM audit.checkpoints`
  const { signal } = new AbortController()
  const asked = { signer, deposit: null, size: row?.size ?? 0, done: 0, onProgress: async () => {}, signal }
  return checkLog(db, asked)
}

async function approve(changeId: string): Promise<void> {
  await decideChange(office.services, bea, { changeId, approve: true, word: null })
}

test('every proof stands when values are erased, personal values dropped and a month of lines gone', {
  timeout: 300_000,
}, async () => {
  const { services, retail } = office
  const run = () => dropDue(services, new Date(), AbortSignal.timeout(60_000))
  await whileSealing(services, async () => {
    const day = `${MONTH.slice(0, 8)}20T10:00:00Z`
    for (let row = 0; row < 5; row += 1)
      await layRow(owner, { at: day, projectId: retail.id, reason: `old reason ${row}` })
    await settle()
    const named = renderEvent({
      ...{ action: 'recording.viewed', project_id: retail.id, actor_kind: 'person', actor_subject: 's' },
      ...{ actor_name: 'Jo Doe', reason: 'a new reason' },
    })
    await append(writer, named)

    const before = await exportTo()
    expect(fileOf(before, 'content.jsonl')).toContain('old reason 4')
    expect(fileOf(before, 'content.jsonl')).toContain('Jo Doe')

    const erasure = { eventId: String(named.event_id), reason: 'a name that must go' }
    await approve((await proposeErasure(services, auditor, erasure)).changeId)
    for (const project of [retail.name, null]) {
      const rule = { project, contentMonths: 7, linesMonths: 7 }
      await approve((await proposeLogRule(services, ada, rule)).changeId)
    }
    await layAnnouncement(owner, { part: 'content', project: retail.id, month: MONTH, days: 8 })
    expect(await run()).toMatchObject({ contentMonths: 1, lineMonths: 0 })

    const without = await exportTo()
    expect(fileOf(without, 'content.jsonl')).not.toContain('old reason')
    expect(fileOf(without, 'content.jsonl')).not.toContain('Jo Doe')
    expect(
      fileOf(without, 'rows.jsonl')
        .split('\n')
        .filter((line) => line.includes(`"at":"${day.slice(0, 10)}`)),
    ).toHaveLength(5)
    expect(await verify(without, before)).toMatchObject([0, expect.any(String)])
    expect(await checkAll()).toMatchObject({ rows: expect.any(Number) })

    await layAnnouncement(owner, { part: 'lines', month: MONTH, days: 8 })
    expect(await run()).toMatchObject({ contentMonths: 0, lineMonths: 1 })
    const went = async (...roles: string[]) =>
      (await readLogRetention(services, await office.hire('reader', roles))).dropped
        .filter(({ part }) => part === 'lines')
        .map(({ rows }) => rows)
    expect(await went('auditor')).toEqual([5])
    expect(await went(`auditor@${retail.id}`)).toEqual([null])
    expect(await went(`auditor@${office.wealth.id}`)).toEqual([])
    const after = await exportTo()
    expect(fileOf(after, 'rows.jsonl')).not.toContain(`"at":"${day.slice(0, 10)}`)
    expect(fileOf(after, 'rows.jsonl')).toContain('log.dropped')
    expect(await verify(after, before)).toMatchObject([0, expect.any(String)])
    expect(await verify(after, without)).toMatchObject([0, expect.any(String)])
    const filtered = await exportTo({ action: 'log.dropped' })
    expect(await verify(filtered, before)).toMatchObject([0, expect.any(String)])
    // those made before stand as they were
    expect(await verify(before)).toMatchObject([2, expect.any(String)])
    expect(await verify(without, before)).toMatchObject([0, expect.any(String)])

    expect(await checkAll()).not.toHaveProperty('fault')
    await owner.ask('ALTER TABLE audit.dropped_months DISABLE TRIGGER ALL')
    await owner.ask(`UPDATE audit.dropped_months SET ids = '{}'`)
    expect(await checkAll()).toMatchObject({ fault: { code: 'row-missing' } })
  })
})
