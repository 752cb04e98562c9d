// A checkpoint (C2SP tlog-checkpoint, a signed note) as whoever verifies reads it.
import { hashBytes } from './merkle.ts'
import { bytesOfBase64 } from './verify-json.ts'

/** A checkpoint as read: nothing in it counts before its signature was checked. */
export type Note = {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  /** As `toISOString` writes it. */
  readonly at: string
  readonly rows: number
  /** What is signed. */
  readonly text: string
  readonly signatures: readonly NoteLine[]
}

type NoteLine = { readonly name: string; readonly keyId: Uint8Array; readonly signature: Uint8Array }

/** Whether this raw Ed25519 key (32 bytes) made the signature. */
export type IsSignature = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>

/** More than any checkpoint has. */
export const MOST_NOTE_BYTES = 65_536
const NOTE_TEXT =
  /^([^\s+]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\nseries (?:0|[1-9]\d{0,15})\nat (\d{4}-\S+)\nrows (0|[1-9]\d{0,15})\n(?:[^\n]+\n)*$/
const NOTE_SIGNATURE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/

/** Reads a checkpoint; null when the text is none, or not to the letter. */
export function parseNote(note: string): Note | null {
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) return null
  const text = note.slice(0, end + 1)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that a note may not have
  if (/[\x00-\x09\x0b-\x1f]/.test(text)) return null
  const [, origin = '', size, rootText = '', at = '', rows] = NOTE_TEXT.exec(text) ?? []
  const root = bytesOfBase64(rootText)
  if (root?.length !== 32 || ![size, rows].map(Number).every(Number.isSafeInteger)) return null
  if (new Date(at).toJSON() !== at) return null
  const lines = note
    .slice(end + 2, -1)
    .split('\n')
    .map(parseNoteLine)
  if (!lines.every((line) => line !== null)) return null
  return { origin, size: Number(size), root, at, rows: Number(rows), text, signatures: lines }
}

function parseNoteLine(line: string): NoteLine | null {
  const [, name = '', base64 = ''] = NOTE_SIGNATURE.exec(line) ?? []
  const bytes = bytesOfBase64(base64)
  if (bytes === null || bytes.length <= 4) return null
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}

/**
 * Whether the key has signed it: `foreign` when no signature is in its name, `false` when one is and is not its own.
 */
export async function isNoteSigned(
  note: Note,
  key: Uint8Array,
  isSignature: IsSignature,
): Promise<boolean | 'foreign'> {
  const encoder = new TextEncoder()
  const name = encoder.encode(note.origin)
  const named = new Uint8Array(name.length + 2 + key.length)
  named.set(name)
  named.set([0x0a, 0x01], name.length)
  named.set(key, name.length + 2)
  const keyId = hashBytes(named).subarray(0, 4)
  const own = note.signatures.filter(
    (each) => each.name === note.origin && each.keyId.every((byte, at) => byte === keyId[at]),
  )
  if (own.length === 0) return 'foreign'
  const message = encoder.encode(note.text)
  for (const { signature } of own) if (!(await isSignature(key, message, signature))) return false
  return true
}
