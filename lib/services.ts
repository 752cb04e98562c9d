import { type Logger, pino } from 'pino'
import type { PrismaClient } from '../prisma/client/client.ts'
import { openDatabase, openLogDatabase } from './database.ts'
import { type Environment, parseEnvironment } from './env.ts'
import { createSecretBox, type SecretBox } from './keys/seal.ts'
import { createOutgoing, type Outgoing } from './outgoing/outgoing.ts'
import { createProjectRegistry, type ProjectRegistry } from './projects/project-registry.ts'

/** What use-cases are handed: everything that is outside of them, built once. */
export type Services = {
  readonly env: Environment
  readonly log: Logger
  readonly db: PrismaClient
  /** The same database, for what people look for in the log. */
  readonly logDb: PrismaClient
  readonly outgoing: Outgoing
  readonly secrets: SecretBox
  readonly projects: ProjectRegistry
}

declare global {
  // The framework may load this module once per bundle; what it builds is kept in one place for all of them.
  var recordroomServices: Services | undefined
}

/**
 * The services of this process, built at the first call.
 * @throws {EnvironmentError} naming every fault of the environment
 */
export function services(): Services {
  globalThis.recordroomServices ??= createServices(parseEnvironment(process.env))
  return globalThis.recordroomServices
}

/** A set of one's own, for tests and commands. */
export function createServices(env: Environment): Services {
  const log = pino({ level: env.logLevel, base: null })
  const onPoolError = (error: Error): void =>
    log.warn({ err: error.message }, 'a database connection was lost')
  const db = openDatabase(env.databaseUrl, { onPoolError })
  const logDb = openLogDatabase(env.databaseUrl, { onPoolError })
  const outgoing = createOutgoing(env)
  const secrets = createSecretBox(env.secretsKey, env.secretsKeyPrevious)
  return { env, log, db, logDb, outgoing, secrets, projects: createProjectRegistry(db, secrets, outgoing) }
}

/** Lets go of the database. */
export async function leaveDatabase({ db, logDb }: Pick<Services, 'db' | 'logDb'>): Promise<void> {
  await Promise.all([db.$disconnect(), logDb.$disconnect()])
}
