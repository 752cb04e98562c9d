// An unpacked bundle in a folder. Nothing but plain files is opened, and no link is followed.
import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BundleEntry, BundleFolder } from './verify-lines.ts'

const CHUNK_BYTES = 262_144
type Chunk = { readonly bytesRead: number; readonly buffer: Buffer }

/** Throws what node throws when the folder cannot be listed. */
export async function openBundleOnDisk(path: string): Promise<BundleFolder> {
  const entries = new Map<string, BundleEntry>()
  for (const name of await readdir(path)) {
    const found = await lstat(join(path, name))
    const kind = found.isFile()
      ? 'file'
      : found.isDirectory()
        ? 'folder'
        : found.isSymbolicLink()
          ? 'link'
          : 'other'
    entries.set(name, { bytes: found.size, kind })
  }
  return { entries, read: (name) => readPlainFile(join(path, name)) }
}

/** The bytes of a file; throws when it is none. */
export async function* readPlainFile(path: string): AsyncGenerator<Uint8Array> {
  // Not to wait where a pipe stands in a file's place.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  const readNext = (): Promise<Chunk> => file.read(Buffer.allocUnsafe(CHUNK_BYTES))
  try {
    if (!(await file.stat()).isFile()) throw new Error('this is no file')
    let chunk = await readNext()
    while (chunk.bytesRead > 0) {
      // One chunk ahead, so that the disk works while the last one is hashed.
      const next = readNext()
      // Whoever reads on is told; whoever stops needs not be.
      next.catch(() => {})
      yield chunk.buffer.subarray(0, chunk.bytesRead)
      chunk = await next
    }
  } finally {
    await file.close()
  }
}
