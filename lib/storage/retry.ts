import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, isAppError } from '../errors.ts'

/** How patient a store's reader is. */
export type StoreTiming = {
  /** How often in a row an attempt may fail without a byte having come. */
  readonly tries: number
  /** The first pause is random up to this, each further one up to twice as much… */
  readonly backOffMs: number
  /** …and none is longer than this, whatever Retry-After says. */
  readonly longestPauseMs: number
  /** How long an answer may take to begin, and its body may pause while it is wanted. */
  readonly stallMs: number
}

export const STORE_TIMING: StoreTiming = { tries: 4, backOffMs: 250, longestPauseMs: 5_000, stallMs: 15_000 }

/** A store that gives a few bytes and hangs up, again and again, is not asked for ever. */
const SPARE_FAILURES = 64
const BYTES_PER_FAILURE = 64 * 1024

/** Counts the failures of one read or one question, and waits between attempts (exponential back-off, full jitter). */
export interface Patience {
  progressed(bytes: number): void
  /** Waits before the next attempt; throws the failure when it is final, or one too many. */
  outlast(failure: unknown, signal: AbortSignal): Promise<void>
}

export function createPatience(timing: StoreTiming): Patience {
  let inARow = 0
  let inAll = 0
  let received = 0
  return {
    progressed: (bytes) => {
      received += bytes
      inARow = 0
    },
    outlast: async (failure, signal) => {
      signal.throwIfAborted()
      inARow += 1
      inAll += 1
      if (
        !isPassing(failure) ||
        inARow >= timing.tries ||
        inAll > SPARE_FAILURES + received / BYTES_PER_FAILURE
      ) {
        throw failure
      }
      const random = Math.random() * timing.backOffMs * 2 ** (inARow - 1)
      const { retryAfterMs } = failure.facts
      const asked = typeof retryAfterMs === 'number' ? retryAfterMs : null
      // A pause of 0 is asked for when only the address had to be signed anew.
      const pauseMs = asked === 0 ? 0 : Math.min(timing.longestPauseMs, Math.max(random, asked ?? 0))
      await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    },
  }
}

/** Runs `attempt` until it succeeds, fails for good, or patience ends. */
export async function persevere<T>(
  attempt: () => Promise<T>,
  timing: StoreTiming,
  signal: AbortSignal,
): Promise<T> {
  const patience = createPatience(timing)
  for (;;) {
    try {
      return await attempt()
    } catch (failure) {
      await patience.outlast(failure, signal)
    }
  }
}

/** What may be over the next moment: the store is busy or the connection broke. All else is final. */
function isPassing(failure: unknown): failure is AppError {
  return isAppError(failure, 'storage-unavailable') && failure.facts.final !== true
}

/** Names that say what is wrong with a certificate; asking again does not mend them. */
const CERTIFICATE = /CERT|ISSUER|TLS|SSL|SIGNATURE/

/**
 * What a connection's failure means. Nothing of the error but its code and text is kept: some carry the answer's
 * bytes or the signed address. An abort and the product's own errors stay what they are.
 */
export function explainConnection(label: string, failure: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  if (isAppError(failure)) return failure
  const code = codeOf(failure)
  const facts = { failure: code, message: failure instanceof Error ? failure.message : String(failure) }
  if (code === 'ENOTFOUND') {
    return new AppError('storage-unavailable', `The name of ${label} cannot be resolved.`, {
      facts: { ...facts, final: true },
    })
  }
  if (CERTIFICATE.test(code)) {
    return new AppError(
      'storage-unavailable',
      `The certificate of ${label} is not trusted (${code}); NODE_EXTRA_CA_CERTS adds the bank’s own authorities.`,
      { facts: { ...facts, final: true } },
    )
  }
  return new AppError('storage-unavailable', `No answer comes from ${label} (${code}).`, { facts })
}

function codeOf(failure: unknown): string {
  if (!(failure instanceof Error)) return 'unknown'
  const code: unknown = 'code' in failure ? failure.code : undefined
  return typeof code === 'string' ? code : failure.name
}
