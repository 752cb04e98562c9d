import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTimeStampAuthority, type TimeStampAuthority } from '../../../e2e/stack/time-stamp-authority.ts'
import { createFolderDeposit } from '../../storage/folder-deposit.ts'
import { openTestLog, type TestLog } from '../anchor/test-log.ts'
import { depositStamps, stampNewest } from './stamp-log.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
const { signal } = new AbortController()

let authority: TimeStampAuthority
let log: TestLog
beforeAll(async () => {
  authority = await startTimeStampAuthority(join(folder, 'tsa'))
})
beforeEach(async () => {
  authority.answerWith(null)
  log = await openTestLog()
})
afterEach(() => log.stop())
afterAll(async () => {
  await authority.stop()
  rmSync(folder, { recursive: true, force: true })
})

const stamp = (): Promise<boolean> =>
  stampNewest(log.db, log.services.outgoing, { url: authority.url, signal })

async function verify(data: string, answer: string): Promise<string> {
  const words = ['ts', '-verify', '-data', data, '-in', answer, '-CAfile', authority.caFile]
  const { stdout, stderr } = await run('openssl', words)
  return `${stdout}${stderr}`
}

test('the newest checkpoint is stamped once an hour, and openssl says so of what lies at the anchor', async () => {
  const place = mkdtempSync(join(folder, 'f-'))
  expect(await stamp()).toBe(false)
  const size = await log.grow(2)
  expect(await stamp()).toBe(true)
  await depositStamps(log.db, createFolderDeposit(place), signal)
  const [data, answer] = [join(folder, 'data'), join(place, `${size}.tsr`)]
  writeFileSync(data, await log.newestText())
  expect(await verify(data, answer)).toContain('Verification: OK')
  writeFileSync(data, `${await log.newestText()}\n`)
  await expect(verify(data, answer)).rejects.toThrow('message imprint mismatch')

  const [kept] = await log.db.$queryRaw<{ answer: Uint8Array; at: Date }[]>`
    SELECT answer, stamped_at AS at FROM time_stamps`
  expect(Buffer.compare(kept?.answer ?? new Uint8Array(), readFileSync(answer))).toBe(0)
  expect(Math.abs(Date.now() - (kept?.at.getTime() ?? 0))).toBeLessThan(60_000)

  await log.grow(1)
  const before = authority.asked()
  expect(await stamp()).toBe(false)
  expect(authority.asked()).toBe(before)
  await log.owner.ask(`UPDATE time_stamps SET stamped_at = stamped_at - interval '1 hour'`)
  expect(await stamp()).toBe(true)
  await depositStamps(log.db, createFolderDeposit(place), signal)
  await depositStamps(log.db, createFolderDeposit(place), signal)
})

test('what is no stamp of this very request is refused', async () => {
  await log.grow(1)
  let old: Buffer | null = null
  authority.answerWith((answer) => {
    old = answer
    return 503
  })
  const refused = (words: string) => ({ code: 'time-stamp-invalid', detail: expect.stringContaining(words) })
  await expect(stamp()).rejects.toMatchObject(refused('The answer is 503'))
  authority.answerWith(() => old ?? 500)
  await expect(stamp(), 'the answer to an earlier request').rejects.toMatchObject(
    refused('to another request'),
  )
  await log.grow(1)
  await expect(stamp(), 'of another checkpoint').rejects.toMatchObject(refused('something else'))
  authority.answerWith(() => Buffer.from('3003020102', 'hex'))
  await expect(stamp()).rejects.toMatchObject(refused('no answer to a request'))
  authority.answerWith(() => Buffer.from('30053003020102', 'hex'))
  await expect(stamp(), 'not granted').rejects.toMatchObject(refused('refuses (status 2)'))
  authority.answerWith(() => Buffer.from('30053003020100', 'hex'))
  await expect(stamp()).rejects.toMatchObject(refused('holds no time stamp'))
  authority.answerWith(() => Buffer.alloc(300_000, 0x30))
  await expect(stamp()).rejects.toMatchObject(refused('too long'))
  const [{ stamps } = { stamps: -1 }] = await log.owner.ask<{ stamps: number }>(
    'SELECT count(*)::int AS stamps FROM time_stamps',
  )
  expect(stamps).toBe(0)
})

test('any byte of an answer turned over, and any end cut off, breaks nothing', async () => {
  await log.grow(1)
  for (let each = 0; each < 40; each += 1) {
    authority.answerWith((answer) => {
      const place = Math.floor(Math.random() * answer.length)
      const changed = Buffer.from(answer)
      changed[place] = (changed[place] ?? 0) ^ (1 + Math.floor(Math.random() * 255))
      return each % 2 === 0 ? changed : answer.subarray(0, place)
    })
    const outcome = await stamp().catch((error: unknown) => error)
    if (outcome !== true) expect(outcome).toMatchObject({ code: 'time-stamp-invalid' })
    await log.owner.ask(
      `UPDATE time_stamps SET stamped_at = now() - interval '2 hours', size = -${each} - 1 WHERE size > 0`,
    )
  }
}, 60_000)
