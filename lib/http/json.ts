import { AppError } from '../errors.ts'

/** What an address takes when it says nothing else. */
const JSON_MAX_BYTES = 64 * 1024

/** An answer in JSON. Dates become ISO 8601 in UTC. */
export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
}

/**
 * The request's JSON, of any shape: the caller parses it. Never reads more than `maxBytes`.
 * @throws AppError `request-invalid` for another content type or text that is no JSON, `request-too-large`
 */
export async function readJson(request: Request, maxBytes = JSON_MAX_BYTES): Promise<unknown> {
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json') throw notSaidToBeJson()
  const bytes = await readBody(request, maxBytes)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new AppError('request-invalid', 'The request is not JSON.')
  }
}

/** The same where a body may be left out; undefined when it is. One that does not say what it is has not been left out. */
export async function readOptionalJson(request: Request): Promise<unknown> {
  if (request.headers.get('content-type') !== null) return readJson(request)
  const bytes = await readBody(request, JSON_MAX_BYTES)
  if (bytes.byteLength > 0) throw notSaidToBeJson()
  return undefined
}

/**
 * The request's body, or `request-too-large` as soon as it is known to be longer than `maxBytes`.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

function notSaidToBeJson(): AppError {
  return new AppError('request-invalid', 'The request must be JSON, with Content-Type: application/json.')
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('request-too-large', `This address takes at most ${maxBytes} bytes.`)
}
