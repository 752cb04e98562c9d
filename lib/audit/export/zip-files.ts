import { PassThrough, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import type { BundleFile } from '../write-bundle.ts'

/**
 * A ZIP of these files, written as they are read: each is read to its end before the next is asked for. Whoever takes
 * no more of it lets go of the file that is being read.
 */
export async function* zipFiles(files: AsyncIterable<BundleFile>, at: Date): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile()
  // Of its own, which can be ended in the middle of waiting for more.
  const output = zip.outputStream.pipe(new PassThrough())
  const left = new AbortController()
  const fail = (error: unknown): void => {
    output.destroy(error instanceof Error ? error : new Error(String(error)))
  }
  zip.on('error', fail)
  const fed = feed(zip, { files, at, signal: left.signal }).catch(fail)
  try {
    for await (const chunk of output) yield chunk
  } finally {
    left.abort()
    output.destroy()
    await fed
  }
}

type Feeding = {
  readonly files: AsyncIterable<BundleFile>
  readonly at: Date
  readonly signal: AbortSignal
}

async function feed(zip: ZipFile, { files, at, signal }: Feeding): Promise<void> {
  for await (const { name, bytes } of files) {
    const source = Readable.from(bytes, { objectMode: false })
    const letGo = (): void => {
      source.destroy(new Error('nobody takes more of it'))
    }
    signal.addEventListener('abort', letGo, { once: true })
    zip.addReadStream(source, name, { mtime: at })
    await finished(source)
    signal.removeEventListener('abort', letGo)
  }
  zip.end()
}
