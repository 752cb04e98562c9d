import { createHash, randomUUID } from 'node:crypto'
import { link, open, readdir, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { type Deposit, type Kept, MOST_BYTES } from './deposit.ts'

const DRAFT = /^\.[0-9a-f-]{36}\.draft$/
const KEPT_MODE = 0o444
const REPLACED_MODE = 0o644

/**
 * A folder as a deposit. A file is written whole beside its name and flushed to disk before it gets the name, so nobody
 * reads half of one, whatever happens to the process or the machine. For one writer at a time.
 */
export function createFolderDeposit(folder: string): Deposit {
  const label = `file:${folder}`
  let sweeping: Promise<void> | null = null

  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      // What a writer that was killed left behind; there is no other one now, and none of one's own yet.
      sweeping ??= sweep(folder)
      await sweeping.catch((error: unknown) => {
        sweeping = null
        throw error
      })
      return await work()
    } catch (error) {
      throw explain(label, error)
    }
  }

  const find = async (name: string): Promise<Kept | null> => {
    const bytes = await readWhole(join(folder, name))
    return bytes === null ? null : { bytes, mark: createHash('sha256').update(bytes).digest('hex') }
  }

  return {
    label,
    find: (name) => guarded(() => find(name)),
    create: (name, bytes) =>
      guarded(async () => {
        const draft = await writeDraft(folder, bytes, KEPT_MODE)
        try {
          // Unlike a rename it fails when the name is taken.
          await link(draft, join(folder, name))
        } catch (error) {
          if (codeOf(error) === 'EEXIST') return 'there'
          throw error
        } finally {
          await unlink(draft)
        }
        await flush(folder)
        return 'written'
      }),
    replace: (name, bytes, { mark }) =>
      guarded(async () => {
        const kept = await find(name)
        if ((kept?.mark ?? null) !== mark) return 'moved'
        await rename(await writeDraft(folder, bytes, REPLACED_MODE), join(folder, name))
        await flush(folder)
        return 'written'
      }),
  }
}

async function readWhole(path: string): Promise<Uint8Array | null> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  if (file === null) return null
  try {
    const bytes = Buffer.alloc(MOST_BYTES)
    let read = 0
    for (let more = 1; more > 0 && read < MOST_BYTES; read += more)
      more = (await file.read(bytes, read, MOST_BYTES - read)).bytesRead
    return bytes.subarray(0, read)
  } finally {
    await file.close()
  }
}

async function writeDraft(folder: string, bytes: Uint8Array, mode: number): Promise<string> {
  const path = join(folder, `.${randomUUID()}.draft`)
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(bytes)
    // The process's mask has taken its share of the mode at opening.
    await file.chmod(mode)
    await file.sync()
  } finally {
    await file.close()
  }
  return path
}

/** A name is on disk once its folder is. */
async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (DRAFT.test(name)) await unlink(join(folder, name))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

function explain(label: string, error: unknown): AppError {
  const code = codeOf(error)
  const facts = { failure: code }
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new AppError('storage-none', `There is no folder ${label}.`, { facts })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new AppError('storage-forbidden', `The portal may not write in ${label} (${code}).`, { facts })
  return new AppError('storage-unavailable', `${label} cannot be written (${code}).`, { facts })
}
