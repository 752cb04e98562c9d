// What a stack keeps from one start to the next: its secrets, its ports, when it first began.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type StackState = {
  /** Session IDs hold a time; it is laid relative to this, so that they stay what they are. */
  readonly firstStartMs: number
  readonly secrets: {
    readonly nextauth: string
    readonly secretsKey: string
    /** PEM. */
    readonly auditSigningKey: string
    readonly client: string
    readonly metricsToken: string
    readonly s3: string
    readonly azure: string
    readonly recorder: readonly [string, string]
  }
  readonly ports: Readonly<Record<string, number>>
}

export function openState(folder: string): StackState {
  const file = join(folder, 'state.json')
  if (existsSync(file)) return parseState(readFileSync(file, 'utf8'))
  const invent = (bytes: number): string => randomBytes(bytes).toString('base64url')
  const { privateKey } = generateKeyPairSync('ed25519')
  const state: StackState = {
    firstStartMs: Date.now(),
    secrets: {
      nextauth: invent(32),
      secretsKey: randomBytes(32).toString('base64'),
      auditSigningKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      client: invent(24),
      metricsToken: invent(24),
      s3: invent(30),
      azure: randomBytes(64).toString('base64'),
      recorder: [randomBytes(20).toString('hex'), randomBytes(20).toString('hex')],
    },
    ports: {},
  }
  keepState(folder, state)
  return state
}

export function keepState(folder: string, state: StackState): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'state.json'), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
}

function parseState(text: string): StackState {
  return JSON.parse(text) as StackState
}
