import { AppError } from '../errors.ts'

/** A token is good for three minutes and made now, so less than this is not why one is refused. */
const SKEW_THAT_MATTERS_SECONDS = 30

type Refusal = {
  readonly status: number
  readonly skewSeconds: number | null
  readonly body: unknown
}

/** How many seconds the recorder's clock is ahead of ours, by its Date header (RFC 9110 §6.6.1); null when it says none. */
export function findClockSkewSeconds(date: string | null, asked: Date): number | null {
  const theirs = Date.parse(date ?? '')
  if (Number.isNaN(theirs)) return null
  const middle = (asked.getTime() + Date.now()) / 2
  return Math.round((theirs - middle) / 1000)
}

/** What an answer that is not the one asked for means. The recorder says 403 for a wrong key and for a wrong clock alike. */
export function refuse({ status, skewSeconds, body }: Refusal): AppError {
  const facts = { status, said: readMessage(body) }
  if (status === 401 || status === 403) {
    if (skewSeconds !== null && Math.abs(skewSeconds) >= SKEW_THAT_MATTERS_SECONDS) {
      return new AppError('recorder-clock-skew', describeSkew(skewSeconds), {
        facts: { ...facts, skewSeconds },
      })
    }
    return new AppError(
      'recorder-forbidden',
      'The recorder refuses the project’s credentials. Check its key and its secret.',
      { facts },
    )
  }
  if (status >= 500 || status === 429) {
    return new AppError('recorder-unavailable', `The recorder answered ${status}.`, { facts })
  }
  return new AppError('recorder-misbehaved', `The recorder answered ${status}, which was not expected.`, {
    facts,
  })
}

function describeSkew(skewSeconds: number): string {
  const seconds = new Intl.NumberFormat('en').format(Math.abs(skewSeconds))
  const way = skewSeconds > 0 ? 'behind' : 'ahead of'
  return `The portal’s clock is ${seconds} seconds ${way} the recorder’s, so its tokens are refused. Set the clock of the portal’s machine.`
}

function readMessage(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('message' in body)) return null
  return typeof body.message === 'string' ? body.message.slice(0, 200) : null
}
