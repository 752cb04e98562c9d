import NextAuth from 'next-auth'
import { isDatabaseGone } from '../database-gone.ts'
import { AppError, isAppError } from '../errors.ts'
import { findClient } from '../http/client.ts'
import { type Services, services } from '../services.ts'
import { findAsked, planAskedCookie } from './asked-cookie.ts'
import { countSignInStep } from './limits.ts'
import { type Form, parseCookies, parseForm, parseQuery, withoutOddUrls } from './next-auth-input.ts'
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
  const form = request.method === 'POST' ? await parseForm(request) : null
  const attempt: Attempt = {
    ...{ headers: request.headers, action, asked: findAsked(given.env, request, { action, form }) },
    ...{ identity: null, gave: null, refusal: null, failure: null },
  }
  const answer = await ask(given, request, { path, attempt, form })
  if (action === 'callback') await settleCallback(given, attempt, answer)
  else if (attempt.failure !== null) throw attempt.failure
  const cookie = planAskedCookie(given.env, attempt, answer)
  if (cookie !== null) answer.headers.append('set-cookie', cookie)
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
  const isDone = said === null || target?.pathname !== '/api/auth/error'
  if (attempt.failure === null && attempt.refusal === null && isDone) return
  if (isUnavailable(attempt.failure)) {
    answer.headers.set('location', '/sign-in?error=Unavailable')
    return
  }
  const code =
    attempt.refusal ?? (isAppError(attempt.failure, 'forbidden') ? 'AccessDenied' : (said ?? 'Callback'))
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
  {
    path,
    attempt,
    form,
  }: { readonly path: readonly string[]; readonly attempt: Attempt; readonly form: Form },
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
      body: form ?? undefined,
    },
    response,
  )
  return answer
}
