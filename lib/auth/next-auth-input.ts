import { AppError } from '../errors.ts'
import { readBody } from '../http/json.ts'

/** The fields of a form; null where none was sent. */
export type Form = Readonly<Record<string, string>> | null

const BODY_MAX_BYTES = 16 * 1024
const BASE = 'http://here.invalid'
/** What a sign-in may add to the question put to the provider, so that nobody else can. */
const QUERY_OF_SIGN_IN = new Set(['callbackUrl', 'prompt'])

/** The query that next-auth sees. */
export function parseQuery(request: Request, action: string): Record<string, string> {
  const pairs = [...new URL(request.url).searchParams]
  return Object.fromEntries(
    action === 'signin' && request.method === 'POST'
      ? pairs.filter(([name]) => QUERY_OF_SIGN_IN.has(name))
      : pairs.map(([name, value]) =>
          name === 'error' ? [name, value.replace(/[^A-Za-z_]/g, '').slice(0, 40)] : [name, value],
        ),
  )
}

/** The cookies of a request by name; of one sent twice the first. */
export function parseCookies(header: string): Record<string, string> {
  const cookies: Record<string, string> = {}
  for (const pair of header.split(';')) {
    const [, name, value] = /^\s*([^=\s]+)=(.*?)\s*$/.exec(pair) ?? []
    if (name !== undefined && value !== undefined && !Object.hasOwn(cookies, name))
      cookies[name] = decode(value)
  }
  return cookies
}

/** Where to go afterwards, unless next-auth would take it for a fault of its own set-up and answer 500. */
export function withoutOddUrls(values: Record<string, string>): Record<string, string> {
  const isOdd = ([name, value]: [string, string]): boolean =>
    /callback-?url$/i.test(name) &&
    !/^https?:$/.test(URL.parse(value, value.startsWith('/') ? BASE : undefined)?.protocol ?? '')
  return Object.fromEntries(Object.entries(values).filter((pair) => !isOdd(pair)))
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value.replace(/^"(.*)"$/, '$1'))
  } catch {
    return value
  }
}

/** @throws AppError `request-invalid`, `request-too-large` */
export async function parseForm(request: Request): Promise<Record<string, string>> {
  const text = new TextDecoder().decode(await readBody(request, BODY_MAX_BYTES))
  const type = request.headers.get('content-type') ?? ''
  if (!type.startsWith('application/json')) return Object.fromEntries(new URLSearchParams(text))
  try {
    const parsed: unknown = JSON.parse(text)
    return Object.fromEntries(Object.entries(parsed ?? {}).map(([name, value]) => [name, String(value)]))
  } catch {
    throw new AppError('request-invalid', 'The request is not JSON.')
  }
}
