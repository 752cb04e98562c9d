// A bundle as a browser has it: files that somebody chose. Nothing leaves the page.
import { makeRoom, startHash, writeHash } from './sha256.ts'
import { type Verdict, verifyBundle } from './verify.ts'
import { quote } from './verify-fault.ts'
import { decodeUtf8, hexOf } from './verify-json.ts'
import { parseFingerprint } from './verify-key.ts'
import type { BundleEntry } from './verify-lines.ts'

/** A file or folder of the bundle; its path is within it. */
export type ChosenFile = { readonly path: string; readonly file: Blob | null }

export type ChosenOptions = {
  /** As it was typed; nothing when the key is not named. */
  readonly key: string
  /** Checkpoints kept elsewhere, or of earlier exports. */
  readonly known: readonly { readonly name: string; readonly file: Blob }[]
  /** Told how many bytes have been read. */
  readonly onRead: (bytes: number) => void
}

const MOST_KNOWN_BYTES = 65_536

/** Verifies a bundle of files. */
export async function verifyFiles(files: readonly ChosenFile[], options: ChosenOptions): Promise<Verdict> {
  const { key, known, onRead } = options
  const named = key.trim() === '' ? null : parseFingerprint(key)
  if (key.trim() !== '' && named === null)
    return refuseFiles(`${quote(key)}: it is no fingerprint, which is 64 hex digits.`)
  const notes = []
  for (const { name, file } of known) {
    const text = file.size > MOST_KNOWN_BYTES ? null : await readText(file)
    if (text === null) return refuseFiles(`${quote(name)}: no checkpoint can be read there.`)
    notes.push({ name, text })
  }
  const byName = new Map(files.map(({ path, file }) => [path, file]))
  const entries = new Map(files.map(({ path, file }) => [path, entryOf(file)]))
  const read = (name: string) => readBlob(byName.get(name) ?? null, onRead)
  return verifyBundle({ entries, read }, isWebSignature, { key: named, known: notes })
}

function refuseFiles(finding: string): Verdict {
  return { code: 1, sentences: [`Not whole. ${finding}`] }
}

function entryOf(file: Blob | null): BundleEntry {
  return file === null ? { bytes: 0, kind: 'folder' } : { bytes: file.size, kind: 'file' }
}

async function* readBlob(file: Blob | null, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  if (file === null) throw new Error('this is no file')
  const reader = file.stream().getReader()
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      onRead(value.length)
      yield value
    }
  } finally {
    await reader.cancel()
  }
}

async function readText(file: Blob): Promise<string | null> {
  try {
    return decodeUtf8(new Uint8Array(await file.arrayBuffer()))
  } catch {
    return null
  }
}

async function isWebSignature(key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const imported = await importKey(key)
  return crypto.subtle.verify('Ed25519', imported, Uint8Array.from(signature), Uint8Array.from(message))
}

function importKey(key: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', Uint8Array.from(key), 'Ed25519', true, ['verify'])
}

/** The key of RFC 8032 §7.1, test 1. */
const KNOWN_KEY = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'

/** Why this browser cannot verify, in one sentence; null when it can. */
export async function findObstacle(): Promise<string | null> {
  if (globalThis.crypto?.subtle === undefined)
    return 'This browser gives the page no cryptography: open the file from disk.'
  try {
    await importKey(
      Uint8Array.from({ length: 32 }, (_, at) => Number.parseInt(KNOWN_KEY.slice(2 * at, 2 * at + 2), 16)),
    )
  } catch {
    return 'This browser knows no Ed25519 signatures: use a newer one, or verify.mjs.'
  }
  for (const length of [0, 55, 64, 1000])
    if (!(await hashesAlike(length))) return 'This browser computes wrongly.'
  return null
}

/** Whether the page's own SHA-256 is the browser's. */
async function hashesAlike(length: number): Promise<boolean> {
  const bytes = crypto.getRandomValues(new Uint8Array(length))
  const expected = hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
  const room = makeRoom(32)
  writeHash(room, 0, bytes)
  const running = startHash()
  running.update(bytes.subarray(0, length >> 1))
  running.update(bytes.subarray(length >> 1))
  return hexOf(room) === expected && running.digest() === expected
}
