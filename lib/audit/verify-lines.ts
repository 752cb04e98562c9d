// The files of a bundle, read by stream: a line at a time, hashed as they come.
import { type RunningHash, startHash } from './sha256.ts'
import { BundleFault, quote } from './verify-fault.ts'
import { type BundleObject, decodeUtf8, parseCanonicalObject } from './verify-json.ts'

export type BundleEntry = { readonly bytes: number; readonly kind: 'file' | 'folder' | 'link' | 'other' }

/** An unpacked bundle, wherever it lies. */
export type BundleFolder = {
  readonly entries: ReadonlyMap<string, BundleEntry>
  read(name: string): AsyncIterable<Uint8Array>
}

/** What the manifest says of a file. */
export type FileSum = { readonly bytes: number; readonly sha256: string }

export type Line = {
  /** From 1. */
  readonly number: number
  /** A zero byte and then the line: what its leaf is the hash of. Good until the next line is taken. */
  readonly leaf: Uint8Array
}

/** More than any line of a bundle has. */
const MOST_LINE_BYTES = 2 ** 20
const NEWLINE = 0x0a

export type LineFile = {
  readonly name: string
  /** The next line; null after the last. */
  take(): Promise<Line | null>
  /** Checks that no line is left, and that the file is the one in the manifest. */
  finish(): Promise<void>
  /** Lets go of the file, wherever it stands. */
  close(): Promise<void>
}

export function openLines(folder: BundleFolder, name: string, sum: FileSum): LineFile {
  const source = summed(folder, name, sum)
  // A byte is kept free before the first line, for the zero of its leaf.
  let buffer: Uint8Array = new Uint8Array(1)
  let [start, searched, taken] = [1, 1, 0]

  async function fill(): Promise<boolean> {
    const { value, done } = await source.next()
    if (done === true) return false
    const kept = buffer.length - start
    const next = new Uint8Array(1 + kept + value.length)
    next.set(buffer.subarray(start), 1)
    next.set(value, 1 + kept)
    buffer = next
    start = 1
    searched = 1 + kept
    return true
  }

  async function take(): Promise<Line | null> {
    for (;;) {
      const end = buffer.indexOf(NEWLINE, searched)
      const bytes = (end < 0 ? buffer.length : end) - start
      if (bytes > MOST_LINE_BYTES)
        throw new BundleFault(`${name}, line ${taken + 1}`, 'it is longer than 1 MiB')
      if (end >= 0) {
        buffer[start - 1] = 0
        const leaf = buffer.subarray(start - 1, end)
        start = searched = end + 1
        taken += 1
        return { number: taken, leaf }
      }
      searched = buffer.length
      if (await fill()) continue
      if (bytes === 0) return null
      throw new BundleFault(`${name}, line ${taken + 1}`, 'it has no end; the file was cut off')
    }
  }

  return {
    name,
    take,
    finish: async () => {
      if ((await take()) === null) return
      throw new BundleFault(`${name}, line ${taken}`, 'it belongs to nothing in the bundle')
    },
    close: async () => {
      await source.return(undefined)
    },
  }
}

/** Reads a small file whole. */
export async function readSmall(
  folder: BundleFolder,
  name: string,
  most: number,
): Promise<{ text: string; sum: FileSum }> {
  const hash = startHash()
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of hashed(folder, name, hash)) {
    bytes += chunk.length
    if (bytes > most) throw new BundleFault(quote(name), `it is longer than ${most} bytes`)
    chunks.push(chunk)
  }
  const all = new Uint8Array(bytes)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  const text = decodeUtf8(all)
  if (text === null) throw new BundleFault(quote(name), 'it is no UTF-8')
  return { text, sum: { bytes, sha256: hash.digest() } }
}

/** Checks that a file is the one in the manifest, byte for byte. */
export async function checkSum(folder: BundleFolder, name: string, sum: FileSum): Promise<void> {
  for await (const _ of summed(folder, name, sum));
}

export function requireSum(name: string, found: FileSum, sum: FileSum): void {
  if (found.bytes !== sum.bytes)
    throw new BundleFault(name, `it has ${found.bytes} bytes, and the manifest says ${sum.bytes}`)
  if (found.sha256 !== sum.sha256)
    throw new BundleFault(name, 'it is not the file that the manifest speaks of')
}

async function* summed(
  folder: BundleFolder,
  name: string,
  sum: FileSum,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  const hash = startHash()
  let bytes = 0
  for await (const chunk of hashed(folder, name, hash)) {
    bytes += chunk.length
    if (bytes > sum.bytes)
      throw new BundleFault(name, `it has more than the ${sum.bytes} bytes of the manifest`)
    yield chunk
  }
  requireSum(name, { bytes, sha256: hash.digest() }, sum)
}

async function* hashed(folder: BundleFolder, name: string, hash: RunningHash): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of folder.read(name)) {
      hash.update(chunk)
      yield chunk
    }
  } catch (error) {
    if (error instanceof BundleFault) throw error
    throw new BundleFault(quote(name), 'it cannot be read')
  }
}

/** The line as text. */
export function textOf(file: LineFile, line: Line): string {
  const text = decodeUtf8(line.leaf.subarray(1))
  if (text === null) throw new BundleFault(placeOf(file, line), 'it is no UTF-8')
  return text
}

/** The line as an object in its one spelling. */
export function objectOf(file: LineFile, line: Line): BundleObject {
  const value = parseCanonicalObject(textOf(file, line))
  if (value === null) throw new BundleFault(placeOf(file, line), 'it is no canonical JSON object')
  return value
}

export function placeOf(file: LineFile, line: Line): string {
  return `${file.name}, line ${line.number}`
}
