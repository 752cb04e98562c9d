import { AppError, isAppError } from '../errors.ts'
import { findClient, LENGTH_HEADER } from './client.ts'
import { isOwnChange } from './origin.ts'
import { problem } from './problem.ts'

export type Handler<P> = (request: Request, context: { params: Promise<P> }) => Promise<Response>

/** What a handler is run with. */
export type Door = {
  /** The site's own origin, from which alone changes are taken; null where a request carries its own proof. */
  readonly origin: string | null
  readonly log: {
    info(facts: object, message: string): void
    error(facts: object, message: string): void
  }
  /** Whether an error means that the database does not answer. */
  readonly isDatabaseGone: (error: unknown) => boolean
}

const SECURITY_HEADERS = {
  'Cache-Control': 'private, no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const

/** For the one who hung up; nobody reads it. nginx's number for the same. */
const CLIENT_GONE = 499

/**
 * Runs a handler: refuses changes from elsewhere, turns what it throws into problem+json and puts the headers of a data
 * address on the answer. What the framework throws to steer itself passes through.
 */
export async function handle<P>(
  handler: Handler<P>,
  door: Door,
  [request, context]: [Request, { params: Promise<P> }],
): Promise<Response> {
  try {
    if (door.origin !== null && !isOwnChange(request, door.origin)) throw new AppError('origin-refused')
    return secured(await handler(request, context))
  } catch (error) {
    if (!isAppError(error) && isFrameworkSignal(error)) throw error
    if (request.signal.aborted && !isAppError(error))
      return secured(new Response(null, { status: CLIENT_GONE }))
    return secured(refuse(error, door, request))
  }
}

function refuse(error: unknown, door: Door, request: Request): Response {
  const { requestId } = findClient(request.headers)
  const known = toAppError(error, door)
  const facts = { requestId, code: known.code, path: new URL(request.url).pathname, ...known.facts }
  if (known.status >= 500) door.log.error({ ...facts, err: error }, known.detail)
  else door.log.info(facts, known.detail)
  return problem(known, requestId)
}

function toAppError(error: unknown, door: Door): AppError {
  if (isAppError(error)) return error
  if (door.isDatabaseGone(error)) return new AppError('audit-unavailable', undefined, { cause: error })
  return new AppError('internal', undefined, { cause: error })
}

function secured(response: Response): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    if (!headers.has(name)) headers.set(name, value)
  }
  const length = headers.get('content-length')
  if (length !== null) headers.set(LENGTH_HEADER, length)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

/** redirect(), notFound() and forbidden() throw errors whose digest says what they are. */
function isFrameworkSignal(error: unknown): boolean {
  return (
    error instanceof Error &&
    'digest' in error &&
    typeof error.digest === 'string' &&
    /^(NEXT_|DYNAMIC_SERVER_USAGE)/.test(error.digest)
  )
}
