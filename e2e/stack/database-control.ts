// Postgres frozen (its processes stopped where they are), thrown down and brought back, or restarted.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Postgres, startPostgres } from './postgres.ts'
import type { TemporaryStack } from './temporary-stack.ts'

export type DatabaseControl = {
  /** Every process of the server stands still; connections stay open and nobody answers. */
  freeze(): void
  thaw(): void
  /** Ends at once, without a checkpoint, as with the power. */
  throwDown(): Promise<void>
  /** Starts it again where it was. */
  bringBack(): Promise<void>
  /** In good order: what it had to write is written. */
  restart(): Promise<void>
  /** Leaves nothing of ours behind, frozen or not. */
  stop(): Promise<void>
}

const PATIENCE_MS = 15_000

export function controlDatabase(stack: TemporaryStack): DatabaseControl {
  let server: Postgres = stack.postgres
  let frozen: readonly number[] = []
  const thaw = (): void => {
    for (const pid of frozen) signal(pid, 'SIGCONT')
    frozen = []
  }
  const bringBack = async (): Promise<void> => {
    server = await startPostgres({ dataDir: join(stack.folder, 'stack', 'postgres'), port: server.port })
  }
  return {
    bringBack,
    freeze() {
      // The first process first, so that it has no more children.
      signal(server.pid, 'SIGSTOP')
      const children = findChildren(server.pid)
      for (const pid of children) signal(pid, 'SIGSTOP')
      frozen = [...children, server.pid]
    },
    thaw,
    async throwDown() {
      signal(server.pid, 'SIGQUIT')
      for (let waitedMs = 0; isThere(server.pid); waitedMs += 20) {
        if (waitedMs > PATIENCE_MS) throw new Error('Postgres does not end.')
        await sleep(20)
      }
    },
    async restart() {
      await server.stop()
      await bringBack()
    },
    async stop() {
      thaw()
      if (server !== stack.postgres) await server.stop()
    },
  }
}

function findChildren(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => findParent(pid) === parent)
}

function findParent(pid: number): number | null {
  try {
    // The name, in brackets, may hold anything; state and parent come after it.
    const [, parent = ''] = /^.*\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return Number(parent)
  } catch {
    return null
  }
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended by itself.
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
