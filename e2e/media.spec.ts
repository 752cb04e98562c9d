import { createHash } from 'node:crypto'
import { change, readProblem, sayAnswer, send } from './asking.ts'
import { expect, findPurpose, REVIEWER, readStack, test, visit } from './fixtures.ts'
import { query, readViewing } from './log-rows.ts'
import { layOwnArchive } from './own-archive.ts'
import { hashFrames, readPlaintext } from './recordings.ts'
import { alterFile } from './stack/lay-archive.ts'
import { getSample } from './stack/samples.ts'
import { listSegments, type Opened, openArchive, type Visitor } from './stack/visitor.ts'

const MEDIA_HEADERS = {
  'accept-ranges': 'bytes',
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
}

function plaintextOf(name: string): Buffer {
  return readPlaintext(findPurpose(name).sample ?? '')
}

async function open(name: string): Promise<{ visitor: Visitor; opened: Opened }> {
  const visitor = await visit(REVIEWER)
  return { visitor, opened: await openArchive(visitor, findPurpose(name).archiveId) }
}

async function fetchSegments(visitor: Visitor, opened: Opened): Promise<Buffer[]> {
  const segments = await listSegments(visitor, opened)
  const fetched: Buffer[] = []
  for (const { path } of segments) fetched.push((await send(visitor, path)).bytes)
  return fetched
}

for (const name of ['mp4-front', 'mp4-end', 'encrypted-mp4', 'cloud']) {
  test(`ranges of ${name} are what openssl decrypts, in each form that there is`, async () => {
    const { visitor, opened } = await open(name)
    const plaintext = plaintextOf(name)
    const size = plaintext.length
    const huge = '9'.repeat(30)
    const forms: readonly (readonly [range: string | null, status: number, from: number, to: number])[] = [
      [null, 200, 0, size],
      ['bytes=0-', 206, 0, size],
      ['bytes=0-0', 206, 0, 1],
      ['bytes=1-1', 206, 1, 2],
      ['bytes=15-16', 206, 15, 17],
      ['bytes=16-31', 206, 16, 32],
      [`bytes=${size - 1}-`, 206, size - 1, size],
      [`bytes=${size - 1}-${size}`, 206, size - 1, size],
      [`bytes=100-${huge}`, 206, 100, size],
      ['bytes=-1', 206, size - 1, size],
      ['bytes=-1000', 206, size - 1000, size],
      [`bytes=-${huge}`, 206, 0, size],
      ['BYTES=5-9', 206, 5, 10],
      // What makes no sense is passed over.
      ['bytes=9-5', 200, 0, size],
      ['bytes=', 200, 0, size],
      ['bytes=-', 200, 0, size],
      ['bytes=a-b', 200, 0, size],
      ['bytes 0-1', 200, 0, size],
      ['lines=0-1', 200, 0, size],
      ['bytes=0-1,4-5', 200, 0, size],
      [`bytes=${Array.from({ length: 500 }, (_, at) => `${at}-${at}`).join(',')}`, 200, 0, size],
      ['bytes=0x0-0x10', 200, 0, size],
      ['bytes=1.5-2', 200, 0, size],
      // What lies beyond the end cannot be sent.
      [`bytes=${size}-`, 416, 0, 0],
      [`bytes=${huge}-${huge}`, 416, 0, 0],
      ['bytes=-0', 416, 0, 0],
    ]
    for (const [range, status, from, to] of forms) {
      const headers = range === null ? {} : { range }
      const answer = await send(visitor, opened.href, { headers })
      expect(answer.status, String(range)).toBe(status)
      expect(answer.headers).toMatchObject(MEDIA_HEADERS)
      expect(answer.headers.etag).toBeUndefined()
      expect(answer.headers['content-encoding']).toBeUndefined()
      const told = { 200: undefined, 206: `bytes ${from}-${to - 1}/${size}`, 416: `bytes */${size}` }
      expect(answer.headers['content-range'], String(range)).toBe(told[status as 200 | 206 | 416])
      if (status === 416) expect(sayAnswer(answer)).toBe('416 range-not-satisfiable')
      else expect(answer.bytes.equals(plaintext.subarray(from, to)), String(range)).toBe(true)

      const head = await send(visitor, opened.href, { method: 'HEAD', headers })
      expect([head.status, head.headers['content-range'], head.bytes.length]).toEqual([
        ...[status, answer.headers['content-range'], 0],
      ])
    }
    const conditional = { range: 'bytes=0-1', 'if-range': '"something"' }
    expect((await send(visitor, opened.href, { headers: conditional })).status).toBe(200)
  })
}

test('any range of an encrypted file is openssl’s', async () => {
  const { visitor, opened } = await open('encrypted-mp4')
  const plaintext = plaintextOf('encrypted-mp4')
  let state = 20_261_124
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % below
  }
  for (let run = 0; run < 150; run += 1) {
    const from = random(plaintext.length)
    const to = Math.min(plaintext.length, from + 1 + random(run % 3 === 0 ? 40 : 70_000))
    const answer = await send(visitor, opened.href, { headers: { range: `bytes=${from}-${to - 1}` } })
    expect(answer.bytes.equals(plaintext.subarray(from, to)), `${from}-${to - 1}`).toBe(true)
  }
})

for (const name of ['advice', 'three-1', 'three-2', 'three-3', 'azure', 'audio']) {
  test(`all segments of ${name}, joined, decode to the frames of the plaintext`, async () => {
    const { visitor, opened } = await open(name)
    const playlist = await send(visitor, opened.href)
    expect(playlist.headers['content-type']).toBe('application/vnd.apple.mpegurl')
    const lengths = (await listSegments(visitor, opened)).map(({ seconds }) => seconds)
    const total = lengths.reduce((sum, seconds) => sum + seconds, 0)
    expect(total).toBeCloseTo(opened.durationSeconds, 2)

    const segments = await fetchSegments(visitor, opened)
    const heads = segments.map((segment) => [segment[0], segment[188], segment.length % 188])
    expect(heads).toEqual(segments.map(() => [0x47, 0x47, 0]))
    const tables = segments.map((segment) => segment.subarray(0, 376).toString('hex'))
    expect(new Set(tables).size).toBe(1)
    const media = segments.map((segment) => segment.subarray(376))
    expect(Buffer.concat(media).equals(plaintextOf(name))).toBe(true)
    expect(hashFrames(Buffer.concat(segments))).toEqual(hashFrames(plaintextOf(name)))
  })
}

test('ranges of a segment are taken like those of a file', async () => {
  const { visitor, opened } = await open('advice')
  const path = `/viewings/${opened.viewingId}/segments/1.ts`
  const whole = await send(visitor, path)
  expect(whole.headers).toMatchObject({ ...MEDIA_HEADERS, 'content-type': 'video/mp2t' })
  for (const [range, from, to] of [
    ['bytes=0-0', 0, 1],
    ['bytes=370-380', 370, 381],
    ['bytes=-188', -188, undefined],
  ] as const) {
    const answer = await send(visitor, path, { headers: { range } })
    expect(answer.status).toBe(206)
    expect(answer.bytes.equals(whole.bytes.subarray(from, to))).toBe(true)
  }
})

test('what a viewing does not have is not found', async () => {
  const segmented = await open('advice')
  const file = await open('mp4-front')
  const at = (id: string, rest: string) => `/viewings/${id}/${rest}`
  const count = (await listSegments(segmented.visitor, segmented.opened)).length
  for (const rest of [
    'media',
    `segments/${count}.ts`,
    'segments/9999999.ts',
    'segments/00.ts',
    'segments/-1.ts',
    'segments/0',
    'segments/0.mp4',
    'segments/1e3.ts',
  ]) {
    expect(sayAnswer(await send(segmented.visitor, at(segmented.opened.viewingId, rest))), rest).toBe(
      '404 not-found',
    )
  }
  for (const rest of ['playlist.m3u8', 'segments/0.ts']) {
    expect(sayAnswer(await send(file.visitor, at(file.opened.viewingId, rest))), rest).toBe('404 not-found')
  }
})

test('each byte that comes has its row, and the row is there before the byte', async () => {
  const { visitor, opened } = await open('three-1')
  const readWindows = async () =>
    (await readViewing(opened.viewingId)).filter(({ action }) => action === 'viewing.window')
  for (const { path } of await listSegments(visitor, opened)) {
    const before = (await readWindows()).length
    const response = await fetch(`${visitor.portalUrl}${path}`, { headers: { cookie: visitor.cookie } })
    const reader = response.body?.getReader()
    const first = await reader?.read()
    expect(first?.value?.length ?? 0).toBeGreaterThan(0)
    expect((await readWindows()).length).toBeGreaterThan(before)
    while ((await reader?.read())?.done === false);
  }
  const segments = await fetchSegments(visitor, opened)
  const windows = await readWindows()
  const sent = windows.reduce((sum, { bytes }) => sum + Number(bytes), 0)
  expect(sent).toBe(2 * segments.reduce((sum, { length }) => sum + length, 0))
  const ends = windows.map((row) => Number(row.window_end))
  expect([Math.min(...windows.map((row) => Number(row.window_start))), Math.max(...ends)]).toEqual([
    ...[0, plaintextOf('three-1').length],
  ])
})

test('a download is the whole decrypted file, as an attachment, on record', async () => {
  const visitor = await visit(REVIEWER)
  for (const [name, extension] of [
    ['advice', 'ts'],
    ['encrypted-mp4', 'mp4'],
  ] as const) {
    const { archiveId, sample } = findPurpose(name)
    const asking = { json: { archiveId, reasonCode: 'regulator', reason: 'To hand it to the regulator.' } }
    const answer = await change(visitor, '/downloads', asking)
    expect(answer.status).toBe(201)
    const { viewingId, href } = JSON.parse(answer.bytes.toString())
    const file = await send(visitor, href)
    expect(file.headers['content-disposition']).toBe(`attachment; filename="${archiveId}.${extension}"`)
    expect(createHash('sha256').update(file.bytes).digest('hex')).toBe(
      getSample(sample ?? '').plaintextSha256,
    )
    const rows = await readViewing(viewingId)
    expect(rows.map(({ action }) => action).slice(0, 1)).toEqual(['download.opened'])
    const sent = rows
      .filter(({ action }) => action === 'download.window')
      .reduce((sum, { bytes }) => sum + Number(bytes), 0)
    expect(sent).toBe(file.bytes.length)
    expect(sayAnswer(await send(await visit(REVIEWER), href))).toBe('403 forbidden')
  }
})

test('a file that was replaced since it was first seen is not played', async () => {
  const visitor = await visit(REVIEWER)
  const stack = readStack()
  const archive = await layOwnArchive('three-2.mpegts')
  const { archiveId } = archive
  const opened = await openArchive(visitor, archiveId)
  expect((await send(visitor, `/viewings/${opened.viewingId}/segments/0.ts`)).status).toBe(200)

  await alterFile(stack, archive, getSample('three-2.mpegts').sizeBytes - 1)
  expect(sayAnswer(await send(visitor, `/viewings/${opened.viewingId}/segments/0.ts`))).toBe(
    '409 archive-changed',
  )
  const again = { json: { archiveId, reasonCode: 'quality', reason: 'To see whether it is noticed.' } }
  const refused = await change(visitor, '/viewings', again)
  expect(sayAnswer(refused)).toBe('409 archive-changed')
  const rows = await query<{ action: string }>('SELECT action FROM audit.log WHERE archive_id = $1', [
    archiveId,
  ])
  expect(rows.map(({ action }) => action)).toContain('archive.altered')
  expect(readProblem(refused).detail).toContain('is not the one first seen')
})
