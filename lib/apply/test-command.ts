import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { EnvironmentSource } from '../env.ts'
import { inventEnvironment } from '../test-environment.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TIMEOUT_MS = 60_000

export type Ended = { readonly code: number | null; readonly out: string; readonly error: string }

/** For tests: an environment that `npm start` takes, and nothing of the one that the tests run in but the way to node. */
export function madeUpEnvironment(databaseUrl: string): Record<string, string | undefined> {
  return { PATH: process.env.PATH, ...inventEnvironment(databaseUrl) }
}

/** For tests: runs one of the commands as npm does, and answers how it ended and what it said. */
export async function runCommand(
  script: string,
  args: readonly string[],
  environment: EnvironmentSource,
): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...args], {
    ...{ cwd: ROOT, env: { NODE_ENV: 'test', ...environment }, timeout: TIMEOUT_MS },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, error, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { code, out, error }
}
