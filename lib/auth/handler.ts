import NextAuth from 'next-auth'
import { isDatabaseGone } from '../database-gone.ts'
import { AppError, isAppError } from '../errors.ts'
import { findClient } from '../http/client.ts'
import { readBody } from '../http/json.ts'
import { type Services, services } from '../services.ts'
import { countSignInStep } from './limits.ts'
import { type Attempt, createAuthOptions } from './options.ts'
import { recordFailedSignIn } from './sign-in.ts'

type Context = { params: Promise<{ nextauth: string[] }> }
type Answer = { status: number; readonly headers: Headers; body: string | null }

/** What of next-auth is reached from outside, and by which method. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  providers: ['GET'],
  session: ['GET'],
  csrf: ['GET'],
  error: ['GET'],
  signin: ['GET', 'POST'],
  signout: ['GET', 'POST'],
  callback: ['GET'],
}
const BODY_MAX_BYTES = 16 * 1024
const BASE = 'http://here.invalid'
/** What a sign-in may add to the question put to the provider, so that nobody else can. */
const QUERY_OF_SIGN_IN = new Set(['callbackUrl', 'prompt'])

/** next-auth's addresses: signing in and out. What fails is on record before it is told. */
export async function answerAuth(request: Request, context: Context): Promise<Response> {
  const { nextauth } = await context.params
  return answerAuthWith(services(), request, nextauth)
}

/** The same with services handed in. */
export async function answerAuthWith(
  given: Services,
  request: Request,
  path: readonly string[],
): Promise<Response> {
  const [action = '', provider, ...rest] = path
  const methods = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined
  if (methods === undefined || rest.length > 0 || (provider !== undefined && provider !== 'oidc')) {
    throw new AppError('not-found')
  }
  if (!methods.includes(request.method)) throw new AppError('method-not-allowed')
  if (provider !== undefined && !(await mayStep(given, request, action))) return leadTo('Unavailable')
  const attempt: Attempt = { headers: request.headers, action, identity: null, failure: null }
  const answer = await ask(given, request, { path, attempt })
  if (action === 'callback') await settleCallback(given, attempt, answer)
  else if (attempt.failure !== null) throw attempt.failure
  return new Response(answer.body, { status: answer.status, headers: answer.headers })
}

/**
 * Counts a step of signing in. False when somebody comes back from the provider and the database is away: they are
 * told so by a page.
 * @throws AppError `rate-limited`; `audit-unavailable` where a page's script asks
 */
async function mayStep(given: Services, request: Request, step: string): Promise<boolean> {
  try {
    await countSignInStep(given, step, findClient(request.headers))
    return true
  } catch (error) {
    if (step === 'callback' && isUnavailable(error)) return false
    throw error
  }
}

function leadTo(error: string): Response {
  return new Response(null, { status: 302, headers: { location: `/sign-in?error=${error}` } })
}

/** Puts a failed sign-in on record and sends its reader to the sign-in page, with a word for what happened. */
async function settleCallback(given: Services, attempt: Attempt, answer: Answer): Promise<void> {
  const target = URL.parse(answer.headers.get('location') ?? '', given.env.origin)
  const said = target?.searchParams.get('error') ?? null
  if (attempt.failure === null && (said === null || target?.pathname !== '/api/auth/error')) return
  if (isUnavailable(attempt.failure)) {
    answer.headers.set('location', '/sign-in?error=Unavailable')
    return
  }
  const code = isAppError(attempt.failure, 'forbidden') ? 'AccessDenied' : (said ?? 'Callback')
  await recordFailedSignIn(given, {
    identity: attempt.identity,
    code: code.slice(0, 40),
    client: findClient(attempt.headers),
  })
  answer.headers.set('location', `/sign-in?${new URLSearchParams({ error: code })}`)
}

function isUnavailable(failure: unknown): boolean {
  return isAppError(failure, 'audit-unavailable') || isDatabaseGone(failure)
}

/**
 * next-auth speaks to Next's older request and response objects, of which it uses these few parts. So driven it needs
 * nothing of the framework, and body and query are bounded before it sees them.
 */
async function ask(
  given: Services,
  request: Request,
  { path, attempt }: { readonly path: readonly string[]; readonly attempt: Attempt },
): Promise<Answer> {
  const answer: Answer = { status: 200, headers: new Headers(), body: null }
  const response = {
    status: (status: number) => {
      answer.status = status
      return response
    },
    getHeader: (name: string) =>
      name === 'Set-Cookie' ? answer.headers.getSetCookie() : answer.headers.get(name),
    setHeader: (name: string, value: string | string[]) => {
      answer.headers.delete(name)
      for (const each of [value].flat()) answer.headers.append(name, each)
      return response
    },
    json: (body: unknown) => {
      answer.headers.set('content-type', 'application/json')
      answer.body = JSON.stringify(body)
    },
    send: (body: unknown) => {
      if (typeof body === 'string') answer.body = body
      else response.json(body ?? {})
    },
    end: () => {},
  }
  await NextAuth(createAuthOptions(given, attempt))(
    {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      cookies: withoutOddUrls(parseCookies(request.headers.get('cookie') ?? '')),
      query: { ...withoutOddUrls(parseQuery(request, attempt.action)), nextauth: path },
      body: request.method === 'POST' ? await parseForm(request) : undefined,
    },
    response,
  )
  return answer
}

function parseQuery(request: Request, action: string): Record<string, string> {
  const pairs = [...new URL(request.url).searchParams]
  return Object.fromEntries(
    action === 'signin' && request.method === 'POST'
      ? pairs.filter(([name]) => QUERY_OF_SIGN_IN.has(name))
      : pairs.map(([name, value]) =>
          name === 'error' ? [name, value.replace(/[^A-Za-z_]/g, '').slice(0, 40)] : [name, value],
        ),
  )
}

function parseCookies(header: string): Record<string, string> {
  const cookies: Record<string, string> = {}
  for (const pair of header.split(';')) {
    const [, name, value] = /^\s*([^=\s]+)=(.*?)\s*$/.exec(pair) ?? []
    if (name !== undefined && value !== undefined && !Object.hasOwn(cookies, name))
      cookies[name] = decode(value)
  }
  return cookies
}

/** Where to go afterwards, unless next-auth would take it for a fault of its own set-up and answer 500. */
function withoutOddUrls(values: Record<string, string>): Record<string, string> {
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

async function parseForm(request: Request): Promise<Record<string, string>> {
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
