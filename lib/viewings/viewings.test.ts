import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { untilEnded, untilWaiting } from '../../e2e/stack/in-turn.ts'
import { getSample, samplePath } from '../../e2e/stack/samples.ts'
import { findEvents } from '../audit/find.ts'
import type { Actor } from '../auth/actor.ts'
import { countSegments } from '../media/cutting.ts'
import { closeOverdueViewings, closeOwnViewing } from './close-viewing.ts'
import { getFile } from './get-file.ts'
import { getPlaylist } from './get-playlist.ts'
import { getSegment } from './get-segment.ts'
import { forgetRecording } from './open-recordings.ts'
import { type Opened, openViewing } from './open-viewing.ts'
import { progressViewing } from './progress.ts'
import { readServed, type Served } from './read-window.ts'
import { requireRecording } from './reopen-recording.ts'
import { requireViewing } from './require-viewing.ts'
import { putObject, startTestWorld, type TestWorld } from './test-world.ts'

const MIB = 1024 * 1024
const SIGNAL = AbortSignal.timeout(600_000)
let world: TestWorld
let reviewer: Actor

beforeAll(async () => {
  world = await startTestWorld()
  reviewer = await world.enter('reviewer@demo.test')
}, 120_000)
afterAll(() => world.stop())
afterEach(() => world.services.db.$executeRaw`UPDATE viewings SET closed_at = now() WHERE closed_at IS NULL`)

async function openOwner(): Promise<pg.Client> {
  const client = new pg.Client(world.stack.ownerUrl)
  await client.connect()
  return client
}

const idOf = (purpose: string): string => world.stack.info.purposes[purpose]?.archiveId ?? ''

const open = (archiveId: string, actor = reviewer, more: { reason?: string; reasonCode?: string } = {}) =>
  openViewing(world.services, actor, {
    purpose: 'viewing',
    opening: {
      archiveId,
      reasonCode: more.reasonCode ?? 'quality',
      reason: more.reason ?? 'A look at how this works.',
      caseReference: null,
    },
  })

const lease = (viewingId: string, actor = reviewer) =>
  requireViewing(world.services, actor, { viewingId, purpose: 'viewing' })

type Line = {
  action: string
  outcome: string
  code: string | null
  start: number | null
  end: number | null
  bytes: number | null
}
const logOf = (viewingId: string): Promise<Line[]> => world.services.db.$queryRaw<Line[]>`
  SELECT action, outcome, code, window_start::float8 AS start, window_end::float8 AS end, bytes::float8 AS bytes
  FROM audit.log WHERE viewing_id = ${viewingId}::uuid ORDER BY id`
const actionsOf = async (viewingId: string): Promise<string[]> =>
  (await logOf(viewingId)).map(({ action }) => action)
const endOf = async (viewingId: string): Promise<string | null> => {
  const row = await world.services.db.viewing.findUnique({ where: { id: viewingId } })
  return row?.closeReason ?? null
}

async function readWhole(opened: Opened, served: Served): Promise<Buffer> {
  const length = served.prefix.length + served.range.end - served.range.start
  const chunks: Uint8Array[] = []
  const read = readServed(world.services, await lease(opened.viewingId), served)
  for await (const chunk of read({ start: 0, end: length }, SIGNAL)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A film of one sample and so much of nothing behind it, in a box that players leap over. */
function padded(freeBytes: number): Buffer {
  const free = Buffer.alloc(freeBytes)
  free.writeUInt32BE(freeBytes)
  free.write('free', 4, 'latin1')
  return Buffer.concat([readFileSync(samplePath('front.mp4')), free])
}

/** A fragmented MP4, its pictures left out, that does not say how long it is. */
function unmeasured(): Buffer {
  const box = (type: string, body: Buffer): Buffer => {
    const header = Buffer.alloc(8)
    header.writeUInt32BE(8 + body.length)
    header.write(type, 4, 'latin1')
    return Buffer.concat([header, body])
  }
  const movieHeader = Buffer.alloc(100)
  movieHeader.writeUInt32BE(1000, 12)
  const movie = Buffer.concat([box('mvhd', movieHeader), box('mvex', Buffer.alloc(0))])
  return Buffer.concat([
    box('ftyp', Buffer.from('isom\0\0\0\0')),
    box('moov', movie),
    box('moof', Buffer.alloc(16)),
    box('mdat', Buffer.alloc(5000)),
  ])
}

describe('opening', () => {
  test.each([
    ['advice', 'hls', 'advice.mpegts'],
    ['three-2', 'hls', 'three-2.mpegts'],
    ['azure', 'hls', 'azure.mpegts'],
    ['audio', 'hls', 'audio.mpegts'],
    ['encrypted-mp4', 'file', 'encrypted.mp4'],
    ['mp4-front', 'file', 'front.mp4'],
    ['mp4-end', 'file', 'end.mp4'],
    ['cloud', 'file', 'cloud.mp4'],
  ])('%s plays as %s, at the length that was measured', async (purpose, media, sample) => {
    const opened = await open(idOf(purpose))
    expect(opened.media).toBe(media)
    expect(Math.abs(opened.durationSeconds - getSample(sample).durationSeconds)).toBeLessThan(0.15)
    expect(opened.href).toMatch(new RegExp(`^/viewings/${opened.viewingId}/(playlist.m3u8|media)$`))
    expect(opened.expiresAt.getTime()).toBeLessThanOrEqual(reviewer.expiresAt.getTime())
  })

  test.each([
    ['recording', 'archive-recording'],
    ['failed', 'archive-failed'],
    ['expired', 'archive-expired'],
    ['individual', 'archive-individual'],
    ['missing', 'archive-missing'],
    ['cut', 'archive-cut'],
    ['empty', 'archive-empty'],
    ['foreign-key', 'key-not-found'],
    ['malformed-password', 'password-malformed'],
    ['no-recording', 'archive-undecryptable'],
  ])('%s does not play: %s, on record', async (purpose, code) => {
    await expect(open(idOf(purpose))).rejects.toMatchObject({ code })
    const [refused] = await world.services.db.$queryRaw<Line[]>`
      SELECT action, code FROM audit.log WHERE archive_id = ${idOf(purpose)}::uuid AND action = 'viewing.refused'
      ORDER BY id DESC LIMIT 1`
    expect(refused?.code).toBe(code)
    const left = await world.services.db.viewing.count({
      where: { archiveId: idOf(purpose), closedAt: null },
    })
    expect(left).toBe(0)
  })

  test('a film whose length cannot be told is not taken for one that was cut', async () => {
    const { archiveId } = await world.addFile(unmeasured())
    await world.services.db
      .$executeRaw`UPDATE archives SET duration_seconds = 65 WHERE id = ${archiveId}::uuid`
    expect(await open(archiveId)).toMatchObject({ media: 'file', durationSeconds: 0 })
  })

  test('is on record before a key is used', async () => {
    const { viewingId } = await open(idOf('advice'))
    expect(await actionsOf(viewingId)).toEqual(['viewing.opened', 'key.used'])
  })

  test.each([
    ['too short', { reason: 'too short' }],
    ['too long', { reason: 'x'.repeat(2001) }],
    ['of no code', { reasonCode: 'curiosity' }],
  ])('for a reason that is %s is refused', async (_, more) => {
    await expect(open(idOf('advice'), reviewer, more)).rejects.toMatchObject({ code: 'reason-invalid' })
  })

  test('has no code on record that somebody typed and that is no reason', async () => {
    const codesOf = async (archiveId: string): Promise<unknown[]> => {
      const rows = await world.services.db.$queryRaw<{ reasonCode: string | null }[]>`
        SELECT reason_code AS "reasonCode" FROM audit.events
        WHERE archive_id = ${archiveId} AND action = 'viewing.refused' ORDER BY id DESC LIMIT 2`
      return rows.map(({ reasonCode }) => reasonCode)
    }
    for (const archiveId of [idOf('advice'), randomUUID()]) {
      for (const reasonCode of ['Jane Doe, client 4711', 'quality'])
        await expect(open(archiveId, reviewer, { reasonCode, reason: 'short' })).rejects.toThrow()
      expect(await codesOf(archiveId)).toEqual(['quality', null])
    }
  })

  test('what is out of scope and what does not exist are refused alike', async () => {
    for (const archiveId of [idOf('other-project'), randomUUID()]) {
      await expect(open(archiveId)).rejects.toMatchObject({
        code: 'forbidden',
        detail: 'Not found or not yours.',
      })
    }
  })

  test.each(['admin@demo.test', 'auditor@demo.test', 'nobody@demo.test'])('is not for %s', async (email) => {
    await expect(open(idOf('advice'), await world.enter(email))).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('one more than may be open closes the oldest, which says so', async () => {
    const first = await open(idOf('advice'))
    const second = await open(idOf('audio'))
    await open(idOf('azure'))
    expect(await endOf(first.viewingId)).toBe('replaced')
    expect(await endOf(second.viewingId)).toBeNull()
    await expect(lease(first.viewingId)).rejects.toMatchObject({
      code: 'viewing-closed',
      detail: expect.stringContaining('another recording'),
    })
    const isHeld = (viewingId: string) => globalThis.recordroomOpenRecordings?.has(viewingId)
    expect([isHeld(first.viewingId), isHeld(second.viewingId)]).toEqual([false, true])
  })

  test('of more at once than may be open none fails, whichever comes first', async () => {
    const [archives, people] = [await openOwner(), await openOwner()]
    try {
      const slow = idOf('advice')
      for (const client of [archives, people]) await client.query('BEGIN')
      await archives.query('SELECT FROM archives WHERE id = $1 FOR NO KEY UPDATE', [slow])
      await people.query('SELECT FROM people WHERE id = $1 FOR NO KEY UPDATE', [reviewer.personId])
      const opening: Promise<Opened>[] = []
      for (const archiveId of [slow, idOf('audio'), idOf('azure')]) {
        opening.push(open(archiveId))
        await untilWaiting(people, opening.length)
      }
      await archives.query('COMMIT')
      await wait(300)
      await people.query('COMMIT')
      const [first, ...others] = await Promise.all(opening)
      expect(await endOf(first?.viewingId ?? '')).toBe('replaced')
      for (const { viewingId } of others) expect(await endOf(viewingId)).toBeNull()
    } finally {
      for (const client of [archives, people]) await client.end()
    }
  })

  test('one of which it was told that it failed ends none', async () => {
    const oldest = await open(idOf('advice'))
    await open(idOf('audio'))
    const owner = await openOwner()
    try {
      await owner.query('BEGIN')
      await owner.query('SELECT FROM viewings WHERE id = $1 FOR NO KEY UPDATE', [oldest.viewingId])
      await expect(open(idOf('azure'))).rejects.toMatchObject({ code: 'audit-unavailable' })
      await owner.query('COMMIT')
      await untilEnded(owner)
    } finally {
      await owner.end()
    }
    expect(await endOf(oldest.viewingId)).toBeNull()
  })

  test('one that is over and not yet closed is not among those open', async () => {
    const playing = await open(idOf('advice'))
    const over = await open(idOf('audio'))
    await world.services.db.$executeRaw`
      UPDATE viewings SET last_active_at = now() - interval '3 minutes' WHERE id = ${over.viewingId}::uuid`
    await open(idOf('azure'))
    expect(await endOf(playing.viewingId)).toBeNull()
    expect((await lease(playing.viewingId)).overdue).toBeNull()
    expect(await endOf(over.viewingId)).toBe('idle')
    await expect(lease(over.viewingId)).rejects.toMatchObject({ code: 'viewing-closed' })
    await open(idOf('azure'))
    expect(await endOf(playing.viewingId)).toBe('replaced')
  })

  test('one that has lost its ground ends for that when another opens, and does not come back with it', async () => {
    const restrict = (restrictedAt: Date | null) =>
      world.services.db.archive.update({ where: { id: idOf('advice') }, data: { restrictedAt } })
    const lost = await open(idOf('advice'))
    const playing = await open(idOf('audio'))
    await restrict(new Date())
    const next = await open(idOf('azure'))
    await restrict(null)
    expect(await endOf(lost.viewingId)).toBe('access-withdrawn')
    expect(await actionsOf(lost.viewingId)).toEqual(['viewing.opened', 'key.used', 'viewing.closed'])
    expect(globalThis.recordroomOpenRecordings?.has(lost.viewingId)).toBe(false)
    await expect(lease(lost.viewingId)).rejects.toMatchObject({ code: 'viewing-closed' })
    for (const { viewingId } of [playing, next]) expect((await lease(viewingId)).overdue).toBeNull()
  })

  test('one that comes to nothing closes none', async () => {
    const kept = [await open(idOf('advice')), await open(idOf('audio'))]
    await expect(open(idOf('missing'))).rejects.toMatchObject({ code: 'archive-missing' })
    for (const { viewingId } of kept) expect(await endOf(viewingId)).toBeNull()
  })

  test('openings at the same moment leave no more open than may be', async () => {
    await Promise.all(Array.from({ length: 6 }, () => open(idOf('audio'))))
    const left = await world.services.db.viewing.count({
      where: { personId: reviewer.personId, closedAt: null },
    })
    expect(left).toBe(2)
  })
})

describe('the bytes', () => {
  test('of a file are the plaintext, and every one is on record', async () => {
    for (const [purpose, sample] of [
      ['encrypted-mp4', 'encrypted.mp4'],
      ['mp4-end', 'end.mp4'],
      ['cloud', 'cloud.mp4'],
    ] as const) {
      const opened = await open(idOf(purpose))
      const { served } = await getFile(world.services, await lease(opened.viewingId))
      expect(sha256(await readWhole(opened, served))).toBe(getSample(sample).plaintextSha256)
      const windows = (await logOf(opened.viewingId)).filter(({ action }) => action === 'viewing.window')
      expect(windows.map(({ start, end }) => [start, end])).toEqual([[0, served.range.end]])
    }
  })

  test('of all segments, less their tables, are the plaintext', async () => {
    const opened = await open(idOf('advice'))
    const { plan } = await requireRecording(world.services, opened.viewingId)
    const count = plan.hls ? countSegments(plan.hls.cutting) : 0
    expect(count).toBeGreaterThan(2)
    const joined: Buffer[] = []
    for (let n = 0; n < count; n += 1) {
      const served = await getSegment(world.services, await lease(opened.viewingId), n)
      const bytes = await readWhole(opened, served)
      expect(bytes[0]).toBe(0x47)
      joined.push(bytes.subarray(served.prefix.length))
    }
    expect(sha256(Buffer.concat(joined))).toBe(getSample('advice.mpegts').plaintextSha256)
    const windows = (await logOf(opened.viewingId)).filter(({ action }) => action === 'viewing.window')
    expect(windows).toHaveLength(count)
    expect(windows.every(({ start, end, bytes }) => bytes === Number(end) - Number(start) + 376)).toBe(true)
  })

  test('no segment lies beyond the last', async () => {
    const opened = await open(idOf('advice'))
    const granted = await lease(opened.viewingId)
    await expect(getSegment(world.services, granted, 10_000)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('a window’s row is there before its first byte, and one more than was read at most', async () => {
    const { archiveId } = await world.addFile(padded(14 * MIB))
    const opened = await open(archiveId)
    const { served } = await getFile(world.services, await lease(opened.viewingId))
    const read = readServed(world.services, await lease(opened.viewingId), served)
    let received = 0
    for await (const chunk of read(served.range, SIGNAL)) {
      received += chunk.length
      if (received % 7 !== 0 && received < served.range.end) continue
      const lines = await logOf(opened.viewingId)
      const claimed = lines.reduce((sum, { bytes }) => sum + Number(bytes ?? 0), 0)
      expect(claimed).toBeGreaterThanOrEqual(received)
      expect(claimed - received).toBeLessThanOrEqual(4 * MIB)
    }
    expect(received).toBe(served.range.end)
  })

  test('come again in a process that did not open the viewing', async () => {
    const opened = await open(idOf('advice'))
    const there = await getSegment(world.services, await lease(opened.viewingId), 1)
    const here = await readWhole(opened, there)
    forgetRecording(opened.viewingId)
    const again = await getSegment(world.services, await lease(opened.viewingId), 1)
    expect(await readWhole(opened, again)).toEqual(here)
    expect((await actionsOf(opened.viewingId)).filter((action) => action === 'key.used')).toHaveLength(2)
  })

  test('the playlist adds up to the length', async () => {
    const opened = await open(idOf('advice'))
    const playlist = await getPlaylist(world.services, await lease(opened.viewingId))
    const lengths = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].map(([, seconds]) => Number(seconds))
    const sum = lengths.reduce((total, seconds) => total + seconds, 0)
    expect(Math.abs(sum - opened.durationSeconds)).toBeLessThan(0.001)
  })
})

describe('an end in mid-stream', () => {
  test.each([
    ['it was closed', 'closed', (id: string) => closeOwnViewing(world.services, reviewer, id)],
    [
      'the grant was revoked',
      'access-withdrawn',
      () => world.services.db.$executeRaw`UPDATE grants SET revoked_at = now()`,
    ],
    [
      'the grant ended',
      'grant-ended',
      () => world.services.db.$executeRaw`UPDATE grants SET valid_until = now()`,
    ],
    [
      'the person was disabled',
      'access-withdrawn',
      () =>
        world.services.db
          .$executeRaw`UPDATE people SET disabled_at = now() WHERE id = ${reviewer.personId}::uuid`,
    ],
    [
      'the role was taken',
      'access-withdrawn',
      () =>
        world.services.db.$executeRaw`DELETE FROM roles_held WHERE person_id = ${reviewer.personId}::uuid`,
    ],
    [
      'the sign-in ended',
      'sign-in-ended',
      () =>
        world.services.db
          .$executeRaw`UPDATE sign_ins SET ended_at = now() WHERE id = ${reviewer.signInId}::uuid`,
    ],
    [
      'the provider did not confirm the sign-in',
      'sign-in-ended',
      () => world.services.db.$executeRaw`
        UPDATE sign_ins SET secrets = '{"refreshToken": {"sealed": "x"}}', renewed_at = now() - interval '46 minutes'
        WHERE id = ${reviewer.signInId}::uuid`,
    ],
    [
      'its eight hours were over',
      'expired',
      (id: string) =>
        world.services.db.$executeRaw`UPDATE viewings SET expires_at = now() WHERE id = ${id}::uuid`,
    ],
  ])('because %s stops the next window', async (_, reason, end) => {
    const { archiveId } = await world.addFile(padded(14 * MIB))
    const opened = await open(archiveId)
    const { served } = await getFile(world.services, await lease(opened.viewingId))
    const read = readServed(world.services, await lease(opened.viewingId), served)
    let received = 0
    const stream = (async () => {
      for await (const chunk of read(served.range, SIGNAL)) {
        if (received === 0) await end(opened.viewingId)
        received += chunk.length
      }
    })()
    await expect(stream).rejects.toMatchObject({ code: 'viewing-closed' })
    expect(received).toBeLessThanOrEqual(4 * MIB)
    expect(await endOf(opened.viewingId)).toBe(reason)
    expect((await actionsOf(opened.viewingId)).filter((action) => action === 'viewing.closed')).toHaveLength(
      1,
    )
    await restore()
  })

  test('is noticed before the first window too, when that was long in coming', async () => {
    const opened = await open(idOf('mp4-front'))
    const given = await lease(opened.viewingId)
    const { served } = await getFile(world.services, given)
    await closeOwnViewing(world.services, reviewer, opened.viewingId)
    const read = readServed(world.services, { ...given, readAtMs: performance.now() - 2_000 }, served)
    const first = read({ start: 0, end: 10 }, SIGNAL)[Symbol.asyncIterator]().next()
    await expect(first).rejects.toMatchObject({ code: 'viewing-closed' })
    expect(await actionsOf(opened.viewingId)).not.toContain('viewing.window')
  })

  /** What was taken back stays so: the same is given anew. */
  async function restore(): Promise<void> {
    await world.services.db.$executeRaw`
      INSERT INTO grants (id, person_id, project_id, rights, valid_from, valid_until, reason)
      SELECT gen_random_uuid(), person_id, project_id, rights, now(), now() + interval '30 days', reason
      FROM grants WHERE person_id = ${reviewer.personId}::uuid LIMIT 1`
    await world.services.db.$executeRaw`UPDATE people SET disabled_at = NULL`
    await world.services.db.$executeRaw`
      INSERT INTO roles_held (id, person_id, role) SELECT gen_random_uuid(), ${reviewer.personId}::uuid, 'reviewer'
      WHERE NOT EXISTS (SELECT FROM roles_held WHERE person_id = ${reviewer.personId}::uuid)`
    reviewer = await world.enter('reviewer@demo.test')
  }

  test('because the file was exchanged is named, on record, and stays so', async () => {
    const { archiveId, key } = await world.addFile(padded(14 * MIB))
    const opened = await open(archiveId)
    const { projectId, sessionId } = await lease(opened.viewingId)
    const { served } = await getFile(world.services, await lease(opened.viewingId))
    const read = readServed(world.services, await lease(opened.viewingId), served)
    let received = 0
    const stream = (async () => {
      for await (const chunk of read(served.range, SIGNAL)) {
        if (received === 0) {
          const other = padded(14 * MIB)
          other.fill(7, 400_000)
          await putObject(world.stack, { bucket: world.stack.info.s3.bucket, key, bytes: other })
        }
        received += chunk.length
      }
    })()
    await expect(stream).rejects.toMatchObject({ code: 'archive-changed' })
    expect(await endOf(opened.viewingId)).toBe('failed')
    expect(await actionsOf(opened.viewingId)).toEqual(
      expect.arrayContaining(['archive.altered', 'viewing.closed']),
    )
    // Whoever looks through the log of its project, or for its session, sees that without unfolding the viewing.
    for (const asked of [
      { filter: {}, scope: [projectId] },
      { filter: { sessionId }, scope: 'all' },
    ] as const) {
      const { events } = await findEvents(world.services.db, asked, { after: null, limit: 20 })
      expect(events).toContainEqual(
        expect.objectContaining({ action: 'archive.altered', viewingId: opened.viewingId }),
      )
    }
    await expect(open(archiveId)).rejects.toMatchObject({ code: 'archive-changed' })
  })
})

describe('whose it is', () => {
  test('another sign-in of the same person is refused, on record', async () => {
    const { viewingId } = await open(idOf('advice'))
    const other = await world.enter('reviewer@demo.test')
    await expect(lease(viewingId, other)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(closeOwnViewing(world.services, other, viewingId)).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect((await logOf(viewingId)).filter(({ action }) => action === 'viewing.refused')).toHaveLength(2)
    expect(await endOf(viewingId)).toBeNull()
  })

  test.each(['00000000-0000-4000-8000-000000000000', 'nonsense', ''])(
    '“%s” is nobody’s',
    async (viewingId) => {
      await expect(lease(viewingId)).rejects.toMatchObject({ code: 'forbidden' })
      const closed = closeOwnViewing(world.services, reviewer, viewingId)
      await expect(closed).rejects.toMatchObject({ code: 'forbidden' })
    },
  )

  test('a viewing is no download', async () => {
    const { viewingId } = await open(idOf('advice'))
    const asked = requireViewing(world.services, reviewer, { viewingId, purpose: 'download' })
    await expect(asked).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('closing twice is as good as once', async () => {
    const { viewingId } = await open(idOf('advice'))
    await closeOwnViewing(world.services, reviewer, viewingId)
    await closeOwnViewing(world.services, reviewer, viewingId)
    expect((await actionsOf(viewingId)).filter((action) => action === 'viewing.closed')).toHaveLength(1)
  })
})

describe('the heartbeat', () => {
  const beat = (viewingId: string, positionSeconds: number, played: [number, number][], rate = 1) =>
    progressViewing(world.services, reviewer, {
      viewingId,
      progress: { positionSeconds, played, rate, visible: true },
    })
  const claims = (viewingId: string) => world.services.db.$queryRaw<{ claimed: number[] }[]>`
    SELECT claimed_ms AS claimed FROM audit.events WHERE viewing_id = ${viewingId}::uuid AND claimed_ms IS NOT NULL
    ORDER BY id`

  test('what is claimed goes on record when the viewing closes', async () => {
    const { viewingId } = await open(idOf('advice'))
    await beat(viewingId, 5, [[0, 5]])
    await beat(viewingId, 10, [[5, 10]])
    expect(await claims(viewingId)).toEqual([])
    await closeOwnViewing(world.services, reviewer, viewingId)
    expect((await claims(viewingId)).map(({ claimed }) => claimed.map(Number))).toEqual([[0, 10_000]])
  })

  test('what is claimed goes on record after a minute', async () => {
    const { viewingId } = await open(idOf('advice'))
    await beat(viewingId, 5, [[0, 5]])
    await world.services.db.$executeRaw`
      UPDATE viewings SET opened_at = opened_at - interval '61 seconds' WHERE id = ${viewingId}::uuid`
    await beat(viewingId, 10, [[5, 10]])
    await beat(viewingId, 15, [[10, 15]])
    expect((await claims(viewingId)).map(({ claimed }) => claimed.map(Number))).toEqual([[0, 10_000]])
  })

  test('what is claimed goes on record with a jump, unless the last row is younger than five seconds', async () => {
    const { viewingId } = await open(idOf('advice'))
    await beat(viewingId, 2, [[0, 2]])
    await beat(viewingId, 40, [[2, 3]])
    expect(await claims(viewingId)).toEqual([])
    await world.services.db.$executeRaw`
      UPDATE viewings SET opened_at = opened_at - interval '5 seconds' WHERE id = ${viewingId}::uuid`
    await beat(viewingId, 4, [[40, 41]])
    expect((await claims(viewingId)).map(({ claimed }) => claimed.map(Number))).toEqual([
      [0, 3_000, 40_000, 41_000],
    ])
  })

  test('two minutes without it or media end a viewing, on record by the one who looks or by the job', async () => {
    const [first, second] = [await open(idOf('advice')), await open(idOf('audio'))]
    await world.services.db.$executeRaw`UPDATE viewings SET last_active_at = now() - interval '121 seconds'`
    await expect(lease(first.viewingId)).rejects.toMatchObject({ code: 'viewing-closed' })
    expect(await endOf(first.viewingId)).toBe('idle')
    expect(await endOf(second.viewingId)).toBeNull()
    await closeOverdueViewings(world.services)
    expect(await endOf(second.viewingId)).toBe('idle')
    expect(await actionsOf(second.viewingId)).toContain('viewing.closed')
  })

  test('paused, it keeps the viewing and not the sign-in', async () => {
    const { viewingId } = await open(idOf('advice'))
    const past = () => world.services.db.$executeRaw`
      UPDATE sign_ins SET last_active_at = now() - interval '5 minutes' WHERE id = ${reviewer.signInId}::uuid`
    const idleMinutes = async (): Promise<number> => {
      const [row] = await world.services.db.$queryRaw<{ minutes: number }[]>`
        SELECT (extract(epoch FROM now() - last_active_at) / 60)::float8 AS minutes FROM sign_ins
        WHERE id = ${reviewer.signInId}::uuid`
      return row?.minutes ?? 0
    }
    await past()
    await beat(viewingId, 5, [], 0)
    expect(await idleMinutes()).toBeGreaterThan(4)
    await beat(viewingId, 10, [[5, 10]])
    expect(await idleMinutes()).toBeLessThan(1)
  })
})
