import { MAX_SESSION_ID_LENGTH } from './session-id.ts'

/** The recorder's record of one recording, in our words. */
export type RecorderArchive = {
  /** Lower-case UUID. */
  readonly id: string
  readonly sessionId: string
  /** Open text: started, paused, stopped, available, uploaded, expired, failed, deleted, and what comes later. */
  readonly status: string
  readonly name: string | null
  readonly reason: string | null
  readonly createdAt: Date
  readonly updatedAt: Date | null
  /** 0 until the file is whole. */
  readonly sizeBytes: number
  /** 0 while recording, and always for an encrypted archive. */
  readonly durationSeconds: number
  readonly outputMode: string | null
  readonly hasAudio: boolean | null
  readonly hasVideo: boolean | null
  readonly resolution: string | null
  /** Base64. */
  readonly sha256sum: string | null
  /** `password`: the archive's key, wrapped with our certificate, base64; null for an archive that is not encrypted. */
  readonly encryptedPassword: string | null
  /** Short-lived, only of an `available` archive. Whoever has it has the file: it is neither kept nor logged. */
  readonly url: string | null
  /** All that came, save every `password` and `url`. */
  readonly record: JsonObject
}

export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const KEPT_APART = new Set(['password', 'url'])
const MAX_TEXT = 4096
const MAX_DEPTH = 8
const MAX_INT = 2_147_483_647
/** Anything earlier in milliseconds must be meant in seconds: recorders are younger than 1973. */
const EARLIEST_MS = 100_000_000_000
const LATEST_MS = Date.UTC(2200, 0, 1)

/**
 * Reads one archive as a recorder sends it. Tolerant: fields and statuses nobody has heard of are kept, numbers and
 * booleans may come as text and ids as numbers. Null when what cannot be missing is: id, session, status, time.
 */
export function parseArchive(input: unknown): RecorderArchive | null {
  if (!isObject(input)) return null
  const id = readText(input.id)?.toLowerCase() ?? ''
  const sessionId = readText(input.sessionId, MAX_SESSION_ID_LENGTH)
  const status = readText(input.status)
  const createdAt = readTime(input.createdAt)
  if (!UUID.test(id) || sessionId === null || status === null || createdAt === null) return null
  return {
    id,
    sessionId,
    status,
    name: readText(input.name),
    reason: readText(input.reason),
    createdAt,
    updatedAt: readTime(input.updatedAt),
    sizeBytes: readWhole(input.size, Number.MAX_SAFE_INTEGER),
    durationSeconds: readWhole(input.duration, MAX_INT),
    outputMode: readText(input.outputMode),
    hasAudio: readBoolean(input.hasAudio),
    hasVideo: readBoolean(input.hasVideo),
    resolution: readText(input.resolution),
    sha256sum: readText(input.sha256sum),
    encryptedPassword: readText(input.password),
    url: readText(input.url),
    record: keepObject(input, 0),
  }
}

/** The archives of an answer, and what tells apart all that was sent: what cannot be read counts for the page too. */
export type ArchivePage = {
  readonly archives: readonly RecorderArchive[]
  readonly receivedIds: readonly string[]
}

/** Reads `{count, items}`; `count` is not looked at, recorders disagree on what it counts. Null when there is no list. */
export function parseArchivePage(input: unknown): ArchivePage | null {
  const items = isObject(input) ? input.items : input
  if (!Array.isArray(items)) return null
  return {
    archives: items.map(parseArchive).filter((archive) => archive !== null),
    receivedIds: items.map(idOf),
  }
}

/** Of what has no ID, how it begins: it is only compared. */
function idOf(item: unknown): string {
  const id = isObject(item) ? readText(item.id) : null
  return id ?? (JSON.stringify(item) ?? '').slice(0, 500)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Text that the database can hold; null for none, for empty and for what is longer than `most`. */
function readText(value: unknown, most = MAX_TEXT): string | null {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value
  if (typeof text !== 'string') return null
  const kept = storable(text).trim()
  return kept === '' || kept.length > most ? null : kept
}

function readNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

function readWhole(value: unknown, most: number): number {
  const number = Math.floor(readNumber(value) ?? 0)
  return number < 0 || number > most ? 0 : number
}

function readBoolean(value: unknown): boolean | null {
  if (value === 'true' || value === 'false') return value === 'true'
  return typeof value === 'boolean' ? value : null
}

/** Milliseconds since 1970 as a rule; seconds and ISO 8601 are taken too. */
function readTime(value: unknown): Date | null {
  const number = readNumber(value) ?? (typeof value === 'string' ? Date.parse(value) : Number.NaN)
  if (!Number.isFinite(number) || number <= 0) return null
  const ms = Math.floor(number < EARLIEST_MS ? number * 1000 : number)
  return ms >= EARLIEST_MS && ms < LATEST_MS ? new Date(ms) : null
}

function keepObject(input: Record<string, unknown>, depth: number): JsonObject {
  const kept: Record<string, Json> = {}
  for (const [key, value] of Object.entries(input)) {
    if (!KEPT_APART.has(key)) kept[storable(key)] = keep(value, depth + 1)
  }
  return kept
}

function keep(value: unknown, depth: number): Json {
  if (typeof value === 'string') return storable(value)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (depth > MAX_DEPTH) return null
  if (Array.isArray(value)) return value.map((each) => keep(each, depth + 1))
  return isObject(value) ? keepObject(value, depth) : null
}

/** Postgres takes neither NUL nor half a surrogate pair. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}
