import { spawn } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { EnvironmentSource } from '../env.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TIMEOUT_MS = 60_000

export type Ended = { readonly code: number | null; readonly out: string; readonly error: string }

/** For tests: an environment that `npm start` takes, and nothing of the one that the tests run in but the way to node. */
export function madeUpEnvironment(databaseUrl: string): Record<string, string | undefined> {
  const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  return {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    NEXTAUTH_URL: 'http://127.0.0.1:3000',
    NEXTAUTH_SECRET: randomBytes(32).toString('base64'),
    OIDC_ISSUER: 'http://127.0.0.1:1/issuer',
    OIDC_CLIENT_ID: 'recordroom',
    OIDC_CLIENT_SECRET: 'client-secret',
    SECRETS_KEY: randomBytes(32).toString('base64'),
    AUDIT_SIGNING_KEY: String(key),
  }
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
