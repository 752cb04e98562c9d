import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { endChild } from '../stack/end-child.ts'

/** The bare server's process. */
export type Bare = { readonly url: string; readonly pid: number; stop(): Promise<void> }

export async function startBare(file: string): Promise<Bare> {
  const child = fork(fileURLToPath(new URL('bare-server.ts', import.meta.url)), [file])
  const [port] = await once(child, 'message')
  return {
    ...{ url: `http://127.0.0.1:${port}/`, pid: child.pid ?? 0 },
    stop: () => endChild(child),
  }
}
