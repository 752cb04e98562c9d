// What the log says of itself at one size, signed: a checkpoint (C2SP tlog-checkpoint), which is a signed note
// (C2SP signed-note).
import { createHash, type KeyObject, sign, verify } from 'node:crypto'
import { HASH_BYTES } from './merkle.ts'
import { publicHalf, rawPublicKey } from './signing-key.ts'

export type Checkpoint = {
  /** Which log this is, and the name of its key: `checkpointOrigin`. */
  readonly origin: string
  /** How many blocks the tree has. */
  readonly size: number
  /** Root of the tree over all blocks. */
  readonly root: Uint8Array
  /** Which series the newest block is of. */
  readonly series: number
  readonly at: Date
  /** How many rows all these blocks hold. */
  readonly rows: number
}

export type NoteSignature = {
  readonly name: string
  /** 4 bytes. */
  readonly keyId: Uint8Array
  readonly signature: Uint8Array
}

/** A checkpoint as read: nothing in it counts before `isSignedBy` has said so. */
export type SignedCheckpoint = {
  readonly checkpoint: Checkpoint
  /** What is signed: all before the empty line, with its last newline. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** More than any note here has; signed-note asks for 16 signatures at least. */
const MOST_CHARACTERS = 65_536
const ED25519 = 0x01
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/
// One line each; what comes after them a later version may say.
const TEXT =
  /^([^\s+]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\nseries (0|[1-9]\d{0,15})\nat (\d{4}-\S+)\nrows (0|[1-9]\d{0,15})\n(?:[^\n]+\n)*$/

/** The name of the log of the portal at this address: its host and `/audit`. */
export function checkpointOrigin(portalOrigin: string): string {
  return `${new URL(portalOrigin).host}/audit`
}

/** What is to be signed, with its last newline. Throws RangeError for what would not be read back the same. */
export function renderCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root, series, at, rows } = checkpoint
  const lines = [
    ...[origin, String(size), Buffer.from(root).toString('base64')],
    ...[`series ${series}`, `at ${at.toISOString()}`, `rows ${rows}`],
  ]
  const text = `${lines.join('\n')}\n`
  const read = parseText(text)
  if (read === null || read.origin !== origin) throw new RangeError('this is no checkpoint')
  return text
}

/** The note: the text and a line for each key's signature. Two keys sign where the one takes over from the other. */
export function signCheckpoint(checkpoint: Checkpoint, keys: readonly KeyObject[]): string {
  const text = renderCheckpoint(checkpoint)
  const lines = keys.map((key) => {
    const signature = sign(null, Buffer.from(text), key)
    const bytes = Buffer.concat([noteKeyId(checkpoint.origin, key), signature])
    return `\u2014 ${checkpoint.origin} ${bytes.toString('base64')}\n`
  })
  return `${text}\n${lines.join('')}`
}

/** First 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ the 32 bytes of the public key). */
export function noteKeyId(name: string, key: KeyObject): Uint8Array {
  const type = Buffer.from([0x0a, ED25519])
  return createHash('sha256').update(name).update(type).update(rawPublicKey(key)).digest().subarray(0, 4)
}

/** Reads a checkpoint; null when the text is none, or not to the letter. */
export function parseCheckpoint(note: string): SignedCheckpoint | null {
  if (note.length > MOST_CHARACTERS || !note.isWellFormed()) return null
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) return null
  const text = note.slice(0, end + 1)
  const checkpoint = parseText(text)
  const signatures = note
    .slice(end + 2, -1)
    .split('\n')
    .map(parseSignature)
  if (checkpoint === null || !signatures.every((each) => each !== null)) return null
  return { checkpoint, text, signatures }
}

function parseText(text: string): Checkpoint | null {
  const [, origin = '', size, root = '', series, at = '', rows] = TEXT.exec(text) ?? []
  const rootBytes = decodeBase64(root)
  const moment = new Date(at)
  const numbers = [size, series, rows].map(Number)
  if (rootBytes?.length !== HASH_BYTES || !numbers.every(Number.isSafeInteger)) return null
  if (Number.isNaN(moment.getTime()) || moment.toISOString() !== at) return null
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that a note may not have
  if (/[\x00-\x09\x0b-\x1f]/.test(text)) return null
  const [sizeNumber = 0, seriesNumber = 0, rowsNumber = 0] = numbers
  return { origin, size: sizeNumber, root: rootBytes, series: seriesNumber, at: moment, rows: rowsNumber }
}

function parseSignature(line: string): NoteSignature | null {
  const [, name = '', base64 = ''] = SIGNATURE_LINE.exec(line) ?? []
  const bytes = decodeBase64(base64)
  if (bytes === null || bytes.length <= 4) return null
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}

/** Base64 in its one spelling; Buffer passes over what is none. */
function decodeBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

/**
 * Whether this key has signed it, public or private half alike. Signatures of other keys are passed over; one that
 * names this key and is not its own spoils the whole.
 */
export function isSignedBy({ checkpoint, text, signatures }: SignedCheckpoint, key: KeyObject): boolean {
  const keyId = noteKeyId(checkpoint.origin, key)
  const own = signatures.filter(
    (each) => each.name === checkpoint.origin && Buffer.compare(each.keyId, keyId) === 0,
  )
  const message = Buffer.from(text)
  return own.length > 0 && own.every(({ signature }) => verify(null, message, publicHalf(key), signature))
}
