// Objects as files: `<bucket>/<key in base64url>` with its facts beside it in `.json`.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { S3Error } from './s3-error.ts'
import { readSeeded } from './seeded-body.ts'

export type ObjectFacts = {
  readonly sizeBytes: number
  /** Without quotation marks. */
  readonly etag: string
  readonly versionId: string
  readonly modified: string
  readonly contentType: string
  /** Headers `x-amz-meta-…`. */
  readonly meta: Readonly<Record<string, string>>
  /** Headers `x-amz-object-lock-…`, of an object that may not be deleted for a while. */
  readonly lock?: Readonly<Record<string, string>>
  /** Where the bytes are when not in the folder: a file elsewhere, or made from a seed. */
  readonly source?: { readonly file: string } | { readonly seed: string }
}

export type Description = Pick<ObjectFacts, 'contentType' | 'meta' | 'lock'>

/** How long a bucket with object lock keeps what is put there when nothing else is said. */
export type DefaultRetention = { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly days: number }

export type ObjectFolder = {
  createBucket(bucket: string): Promise<void>
  hasBucket(bucket: string): boolean
  lockBucket(bucket: string, retention: DefaultRetention): Promise<void>
  findLock(bucket: string): Promise<DefaultRetention | null>
  keys(bucket: string): Promise<string[]>
  find(bucket: string, key: string): Promise<ObjectFacts | null>
  read(bucket: string, key: string, range: { start: number; end: number }): Promise<Readable>
  put(
    bucket: string,
    key: string,
    object: { body: Readable; sha256: string | null } & Description,
  ): Promise<ObjectFacts>
  /** An object whose bytes stay where they are. */
  link(
    bucket: string,
    key: string,
    source: { file: string } | { seed: string; sizeBytes: number },
  ): Promise<ObjectFacts>
  /** Shortens an object; it is a new one thereafter, as a broken upload would have made it. */
  cut(bucket: string, key: string, sizeBytes: number): Promise<void>
  /** Turns a byte over; the ETag is another, unless it is to go unseen. */
  alter(bucket: string, key: string, at: { offset: number; unseen: boolean }): Promise<void>
  remove(bucket: string, key: string): Promise<void>
  /** Parts of an upload that is under way lie below it. */
  path(bucket: string, key: string): string
}

/** Its dot is in no object's name. */
const LOCK_FILE = 'object.lock'

const DEFAULTS: Description = { contentType: 'application/octet-stream', meta: {} }

export function openObjectFolder(folder: string): ObjectFolder {
  const path = (bucket: string, key: string): string =>
    join(folder, bucket, Buffer.from(key).toString('base64url'))

  async function keepFacts(
    file: string,
    facts: Omit<ObjectFacts, 'versionId' | 'modified'>,
  ): Promise<ObjectFacts> {
    const whole = {
      ...facts,
      versionId: randomUUID().replaceAll('-', ''),
      modified: new Date().toISOString(),
    }
    await writeFile(`${file}.json`, JSON.stringify(whole))
    return whole
  }

  async function find(bucket: string, key: string): Promise<ObjectFacts | null> {
    const file = `${path(bucket, key)}.json`
    return existsSync(file) ? parseFacts(await readFile(file, 'utf8')) : null
  }

  /** The facts of an object whose bytes are about to be changed, its bytes brought in. */
  async function own(bucket: string, key: string): Promise<{ file: string; facts: ObjectFacts }> {
    const facts = await find(bucket, key)
    if (facts === null) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.')
    const file = path(bucket, key)
    if (facts.source !== undefined)
      await pipeline(readSource(file, facts, { start: 0, end: facts.sizeBytes }), createWriteStream(file))
    const { source: _left, ...kept } = facts
    return { file, facts: kept }
  }

  return {
    path,
    find,
    async createBucket(bucket) {
      await mkdir(join(folder, bucket), { recursive: true })
    },
    hasBucket: (bucket) => existsSync(join(folder, bucket)),
    async lockBucket(bucket, retention) {
      await writeFile(join(folder, bucket, LOCK_FILE), JSON.stringify(retention))
    },
    async findLock(bucket) {
      const file = join(folder, bucket, LOCK_FILE)
      return existsSync(file) ? parseRetention(await readFile(file, 'utf8')) : null
    },
    async keys(bucket) {
      const names = await readdir(join(folder, bucket))
      return names
        .filter((name) => name.endsWith('.json'))
        .map((name) => Buffer.from(name.slice(0, -5), 'base64url').toString())
        .sort()
    },
    async read(bucket, key, range) {
      const facts = await find(bucket, key)
      if (facts === null) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.')
      return readSource(path(bucket, key), facts, range)
    },
    async put(bucket, key, { body, sha256, contentType, meta, lock }) {
      const file = path(bucket, key)
      const { sizeBytes, etag } = await writeWhole(body, file, sha256)
      return keepFacts(file, { sizeBytes, etag, contentType, meta, ...(lock !== undefined && { lock }) })
    },
    async link(bucket, key, source) {
      const sizeBytes = 'file' in source ? (await stat(source.file)).size : source.sizeBytes
      const etag = createHash('md5').update(JSON.stringify(source)).digest('hex')
      const kept = 'file' in source ? { file: source.file } : { seed: source.seed }
      return keepFacts(path(bucket, key), { ...DEFAULTS, sizeBytes, etag, source: kept })
    },
    async cut(bucket, key, sizeBytes) {
      const { file, facts } = await own(bucket, key)
      await truncate(file, sizeBytes)
      await keepFacts(file, { ...facts, sizeBytes, etag: randomEtag() })
    },
    async alter(bucket, key, { offset, unseen }) {
      const { file, facts } = await own(bucket, key)
      const handle = await open(file, 'r+')
      const byte = Buffer.alloc(1)
      await handle.read(byte, 0, 1, offset)
      await handle.write(Buffer.from([byte.readUInt8() ^ 0xff]), 0, 1, offset)
      await handle.close()
      if (!unseen) await keepFacts(file, { ...facts, etag: randomEtag() })
    },
    async remove(bucket, key) {
      await rm(path(bucket, key), { force: true })
      await rm(`${path(bucket, key)}.json`, { force: true })
    },
  }
}

function readSource(
  file: string,
  facts: ObjectFacts,
  { start, end }: { start: number; end: number },
): Readable {
  if (start >= end) return Readable.from([])
  if (facts.source !== undefined && 'seed' in facts.source)
    return readSeeded(facts.source.seed, { start, end })
  return createReadStream(facts.source?.file ?? file, { start, end: end - 1, highWaterMark: 1 << 18 })
}

function parseFacts(text: string): ObjectFacts {
  return JSON.parse(text) as ObjectFacts
}

function parseRetention(text: string): DefaultRetention {
  return JSON.parse(text) as DefaultRetention
}

function randomEtag(): string {
  return createHash('md5').update(randomUUID()).digest('hex')
}

/** Written beside and renamed, so that nobody reads half an object. */
export async function writeWhole(
  body: Readable,
  file: string,
  sha256: string | null,
): Promise<{ sizeBytes: number; etag: string }> {
  const md5 = createHash('md5')
  const sha = createHash('sha256')
  let sizeBytes = 0
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      md5.update(chunk)
      sha.update(chunk)
      sizeBytes += chunk.length
      done(null, chunk)
    },
  })
  const draft = `${file}.${randomUUID()}.draft`
  await pipeline(body, tap, createWriteStream(draft))
  if (sha256 !== null && sha.digest('hex') !== sha256) {
    await rm(draft)
    throw new S3Error(400, 'XAmzContentSHA256Mismatch', 'The provided x-amz-content-sha256 does not match.')
  }
  await rename(draft, file)
  return { sizeBytes, etag: md5.digest('hex') }
}
