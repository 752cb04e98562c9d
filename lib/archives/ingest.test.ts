import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseArchive, type RecorderArchive } from '../vonage/archive.ts'
import { ingestArchives, markUnlisted, readDatabaseClock } from './ingest.ts'
import { startTestCatalogue, type TestCatalogue } from './test-catalogue.ts'

let catalogue: TestCatalogue

beforeAll(async () => {
  catalogue = await startTestCatalogue()
})
afterAll(() => catalogue.stop())

/** As the recorder sends it. */
function came(id: string, changes: Record<string, unknown> = {}): RecorderArchive {
  const item = {
    id,
    status: 'uploaded',
    sessionId: '2_MX40NjIwMTUwMn5-',
    createdAt: 1_772_600_000_000,
    updatedAt: 1_772_600_100_000,
    size: 7_247_748_791,
    duration: 0,
    hasAudio: true,
    password: 'd3JhcHBlZA==',
    sha256sum: 'aGFzaA==',
    ...changes,
  }
  const archive = parseArchive(item)
  if (archive === null) throw new Error('the item is no archive')
  return archive
}

const ingest = (archives: RecorderArchive[], projectId = catalogue.retail.id, seenBefore = new Date(0)) =>
  ingestArchives(catalogue.services.db, { projectId, archives, seenBefore })
const row = (id: string) => catalogue.services.db.archive.findUniqueOrThrow({ where: { id } })

test('an archive comes in with its record whole', async () => {
  const id = randomUUID()
  expect(await ingest([came(id, { status: 'resting', notarealproperty: { deep: [1, 'x'] } })])).toBe(1)
  expect(await row(id)).toMatchObject({
    projectId: catalogue.retail.id,
    status: 'resting',
    createdAt: new Date(1_772_600_000_000),
    updatedAt: new Date(1_772_600_100_000),
    sizeBytes: 7_247_748_791n,
    hasAudio: true,
    hasVideo: null,
    encryptedPassword: 'd3JhcHBlZA==',
    record: { id, status: 'resting', notarealproperty: { deep: [1, 'x'] } },
    unlistedAt: null,
  })
})

test('again it is brought up to date, and is not new', async () => {
  const id = randomUUID()
  await ingest([came(id, { status: 'started', size: 0 })])
  expect(await ingest([came(id)])).toBe(0)
  expect(await row(id)).toMatchObject({ status: 'uploaded', sizeBytes: 7_247_748_791n })
})

test('the wrapped password is kept when the recorder forgets it', async () => {
  const id = randomUUID()
  await ingest([came(id)])
  await ingest([came(id, { password: '', status: 'deleted' })])
  expect(await row(id)).toMatchObject({ status: 'deleted', encryptedPassword: 'd3JhcHBlZA==' })
  await ingest([came(id, { password: 'bmV3' })])
  expect((await row(id)).encryptedPassword).toBe('bmV3')
})

test('a password that comes later than the rest is taken', async () => {
  const id = randomUUID()
  await ingest([came(id, { password: '' })])
  await ingest([came(id)])
  expect((await row(id)).encryptedPassword).toBe('d3JhcHBlZA==')
})

test('an archive that is listed twice on a page is kept once, as it came last', async () => {
  const id = randomUUID()
  expect(await ingest([came(id, { status: 'stopped' }), came(id)])).toBe(1)
  expect((await row(id)).status).toBe('uploaded')
})

test('an archive never changes its project, whoever lists it', async () => {
  const id = randomUUID()
  await ingest([came(id)])
  expect(await ingest([came(id, { status: 'failed' })], catalogue.wealth.id)).toBe(0)
  expect(await row(id)).toMatchObject({ projectId: catalogue.retail.id, status: 'uploaded' })
})

test('what was found out about its file is left alone', async () => {
  const id = randomUUID()
  await ingest([came(id)])
  await catalogue.services.db.archive.update({
    where: { id },
    data: { objectEtag: '"e"', measuredDurationSeconds: 5, failureCode: 'archive-cut' },
  })
  await ingest([came(id, { status: 'available' })])
  expect(await row(id)).toMatchObject({
    objectEtag: '"e"',
    measuredDurationSeconds: 5,
    failureCode: 'archive-cut',
  })
})

test('a row that says the same already is written again only when it was not seen for long', async () => {
  const id = randomUUID()
  await ingest([came(id)])
  const { lastSeenAt } = await row(id)
  await ingest([came(id)], catalogue.retail.id, new Date(lastSeenAt.getTime() - 1_000))
  expect((await row(id)).lastSeenAt).toEqual(lastSeenAt)
  await ingest([came(id)], catalogue.retail.id, new Date(lastSeenAt.getTime() + 1_000))
  expect((await row(id)).lastSeenAt.getTime()).toBeGreaterThan(lastSeenAt.getTime())
})

test('two readers of one recorder do not wait for each other for ever', async () => {
  const archives = Array.from({ length: 500 }, () => came(randomUUID()))
  const later = new Date(Date.now() + 60_000)
  const turns = Array.from({ length: 8 }, (_, turn) =>
    ingest(turn % 2 === 0 ? archives : archives.toReversed(), catalogue.retail.id, later),
  )
  const added = await Promise.all(turns)
  expect(added.reduce((sum, count) => sum + count, 0)).toBe(500)
})

describe('what the whole list is without', () => {
  test('is marked, and no longer when it comes again', async () => {
    const [gone, there, elsewhere] = [randomUUID(), randomUUID(), randomUUID()]
    await ingest([came(gone), came(there)])
    await ingest([came(elsewhere)], catalogue.wealth.id)
    const since = await readDatabaseClock(catalogue.services.db)
    await ingest([came(there)], catalogue.retail.id, since)
    await markUnlisted(catalogue.services.db, { projectId: catalogue.retail.id, since })
    expect((await row(gone)).unlistedAt).not.toBeNull()
    expect((await row(there)).unlistedAt).toBeNull()
    expect((await row(elsewhere)).unlistedAt).toBeNull()
    await ingest([came(gone)])
    expect((await row(gone)).unlistedAt).toBeNull()
  })

  test('a record that says deleted is marked at once', async () => {
    const id = randomUUID()
    await ingest([came(id)])
    await ingest([came(id, { status: 'deleted' })])
    expect((await row(id)).unlistedAt).not.toBeNull()
  })
})
