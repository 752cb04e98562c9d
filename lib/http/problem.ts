import { type AppError, ERROR_CODES } from '../errors.ts'

/**
 * An error as RFC 9457 has it. `detail` is the error's own sentence; its facts and cause stay here, save
 * `retryAfterSeconds`, which becomes Retry-After.
 */
export function problem(error: AppError, requestId: string): Response {
  const body = {
    type: `about:blank#${error.code}`,
    title: ERROR_CODES[error.code][1],
    status: error.status,
    code: error.code,
    detail: error.detail,
    requestId,
  }
  const { retryAfterSeconds } = error.facts
  return new Response(JSON.stringify(body), {
    status: error.status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(typeof retryAfterSeconds === 'number' && { 'Retry-After': String(retryAfterSeconds) }),
    },
  })
}
