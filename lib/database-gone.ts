/** Prisma: not reachable, timed out, connection closed, pool exhausted, transaction not started or lost. */
const PRISMA_CODES = new Set([
  'P1000',
  'P1001',
  'P1002',
  'P1008',
  'P1010',
  'P1011',
  'P1017',
  'P2024',
  'P2028',
  'P2037',
])
const DRIVER_KINDS = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
  'TransactionAlreadyClosed',
])
const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])
/** SQLSTATE: connection exceptions, shutdown and start-up, no more connections, read-only (a standby). */
const SQL_STATES = /^(08...|57P0[1-5]|53...|25006|58...)$/
const SENTENCES =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|server closed the connection|Client has encountered a connection error|Can't reach database server/i

/**
 * Whether an error of Prisma or its driver means that Postgres does not answer, rather than that it said no. Told by
 * names and codes: the driver's classes are loaded once per bundle.
 */
export function isDatabaseGone(error: unknown): boolean {
  return isOrComesOf(error, isGone)
}

/** Whether it means that all connections of the pool were at work for as long as one was waited for. */
export function isPoolFull(error: unknown): boolean {
  return isOrComesOf(
    error,
    ({ message }) =>
      typeof message === 'string' && message.includes('timeout exceeded when trying to connect'),
  )
}

function isOrComesOf(error: unknown, holds: (error: Record<string, unknown>) => boolean): boolean {
  for (let each = error, depth = 0; isObject(each) && depth < 6; each = each.cause, depth += 1) {
    if (holds(each)) return true
    if (isObject(each.meta) && isOrComesOf(each.meta.driverAdapterError, holds)) return true
  }
  return false
}

function isGone(error: Record<string, unknown>): boolean {
  const { name, code, kind, originalCode, message } = error
  if (name === 'PrismaClientInitializationError' || name === 'PrismaClientRustPanicError') return true
  if (typeof kind === 'string' && DRIVER_KINDS.has(kind)) return true
  if (typeof originalCode === 'string' && SQL_STATES.test(originalCode)) return true
  if (typeof code === 'string') {
    if (PRISMA_CODES.has(code) || SQL_STATES.test(code)) return true
    if (SYSTEM_CODES.has(code) && isDriversOwn(error)) return true
  }
  return typeof message === 'string' && SENTENCES.test(message)
}

/** A refused connection of a store or a recorder has the same code; only what comes through Prisma is the database's. */
function isDriversOwn(error: Record<string, unknown>): boolean {
  return typeof error.name === 'string' && /Prisma|DriverAdapter/.test(error.name)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
