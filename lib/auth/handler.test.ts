import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { AppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { findActor, readAsking } from './actor.ts'
import { answerAuthWith } from './handler.ts'
import { createTestServices } from './test-services.ts'

const ORIGIN = 'http://127.0.0.1:3000'

let services: Services
let provider: Server
let issuer: string
/** What the provider says of whoever signs in next. */
let said: { sub: string; claims: Record<string, unknown> }
let browserNumber = 0

beforeAll(async () => {
  provider = createServer()
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
  provider.on('request', createProvider(issuer))
  const { applicationUrl } = await createMigratedDatabase()
  process.env.NEXTAUTH_URL = ORIGIN
  services = createTestServices(applicationUrl, { OIDC_ISSUER: issuer, LIMIT_SIGN_INS_PER_MINUTE: '5' })
})

afterAll(async () => {
  provider.closeAllConnections()
  provider.close()
  await services.db.$disconnect()
})

beforeEach(() => {
  said = { sub: 's-1', claims: { name: 'Some One', email: 'one@bank.test', email_verified: true } }
})

/** A provider that lets everybody in at once as `said`, mail and name by userinfo alone. */
function createProvider(url: string): (request: IncomingMessage, response: ServerResponse) => unknown {
  const oidc: Provider = new Provider(url, {
    clients: [
      {
        client_id: 'recordroom',
        client_secret: 'client-secret',
        redirect_uris: [`${ORIGIN}/api/auth/callback/oidc`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    cookies: { keys: ['a-key-for-tests'] },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, ...said.claims }),
    }),
    loadExistingGrant: async ({ oidc: { session } }: { oidc: { session: { accountId: string } } }) => {
      const grant = new oidc.Grant({ clientId: 'recordroom', accountId: session.accountId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const answer = oidc.callback()
  return (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return answer(request, response)
    const login = { accountId: said.sub, acr: 'urn:test', amr: ['pwd'] }
    return oidc.interactionFinished(request, response, { login })
  }
}

/** A browser: it keeps cookies, and asks the portal or the provider. */
function openBrowser(given?: string) {
  browserNumber += 1
  const address = given ?? `192.0.2.${browserNumber}`
  const cookies = new Map<string, string>()
  const keep = (headers: Headers): void => {
    for (const line of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/;\s*(max-age=0|expires=[^;]*1970)/i.test(line) || value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
  }
  const cookieHeader = () => [...cookies].map((pair) => pair.join('=')).join('; ')
  const headers = (): Headers =>
    new Headers({ cookie: cookieHeader(), 'x-recordroom-address': address, 'user-agent': 'test' })

  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const request = new Request(`${ORIGIN}/api/auth/${path}`, { ...init, headers: headers() })
    const segments = new URL(request.url).pathname.split('/').slice(3)
    const response = await answerAuthWith(services, request, segments)
    keep(response.headers)
    return response
  }
  const post = async (path: string, form: Record<string, string> = {}): Promise<Response> => {
    const { csrfToken } = await (await ask('csrf')).json()
    return ask(path, { method: 'POST', body: new URLSearchParams({ csrfToken, ...form }) })
  }
  const walk = async (start: string): Promise<string> => {
    for (let at = start, steps = 0; steps < 8; steps += 1) {
      if (at.startsWith(ORIGIN)) return at.slice(`${ORIGIN}/api/auth/`.length)
      const response = await fetch(at, { redirect: 'manual', headers: { cookie: cookieHeader() } })
      keep(response.headers)
      at = new URL(response.headers.get('location') ?? '', at).href
    }
    throw new Error('the provider leads in circles')
  }
  const start = async (form: Record<string, string> = {}): Promise<string> => {
    const response = await post('signin/oidc', { callbackUrl: '/sessions', ...form })
    return response.headers.get('location') ?? ''
  }
  const signIn = async (form: Record<string, string> = {}): Promise<Response> =>
    ask(await walk(await start(form)))
  return { ask, post, walk, start, signIn, headers, cookies }
}

const locationOf = (response: Response): string | null => response.headers.get('location')

const failures = () => services.db.$queryRaw<{ code: string; subject: string | null; outcome: string }[]>`
  SELECT code, actor_subject AS subject, outcome FROM audit.log WHERE action = 'sign-in.failed' ORDER BY id DESC LIMIT 1`

describe('signing in', () => {
  test('asks the provider with code, PKCE, state and nonce', async () => {
    const url = new URL(await openBrowser().start())
    expect(url.origin).toBe(issuer)
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: 'recordroom',
      response_type: 'code',
      scope: 'openid email profile',
      redirect_uri: `${ORIGIN}/api/auth/callback/oidc`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^.{43}$/),
      state: expect.stringMatching(/^.{43}$/),
      nonce: expect.stringMatching(/^.{43}$/),
      max_age: '28800',
    })
  })

  test('asks for as fresh a proof as a page says, and never for less than is set', async () => {
    const ask = async (max_age: string) => new URL(await openBrowser().start({ max_age })).searchParams
    expect((await ask('600')).get('max_age')).toBe('600')
    expect((await ask('99999')).get('max_age')).toBe('28800')
  })

  test('leads back to where it began, as the person the provider names', async () => {
    const browser = openBrowser()
    const response = await browser.signIn()
    expect(locationOf(response)).toBe(`${ORIGIN}/sessions`)
    expect(await findActor(services, browser.headers())).toMatchObject({
      issuer,
      subject: 's-1',
      name: 'Some One',
      email: 'one@bank.test',
      authTime: expect.any(Date),
      client: { address: expect.stringContaining('192.0.2.') },
    })
  })

  test('sets a cookie that scripts and other sites do not get', async () => {
    const response = await openBrowser().signIn()
    const cookie = response.headers.getSetCookie().find((line) => line.startsWith('next-auth.session-token='))
    expect(cookie).toMatch(/; HttpOnly/)
    expect(cookie).toMatch(/; SameSite=Lax/)
    expect(cookie).toMatch(/; Path=\//)
    expect(cookie).not.toMatch(/; Domain=/)
  })

  test('tells who is signed in, and nobody after signing out', async () => {
    const browser = openBrowser()
    await browser.signIn()
    expect(await (await browser.ask('session')).json()).toMatchObject({ user: { email: 'one@bank.test' } })
    const cookie = browser.headers()
    const response = await browser.post('signout', { callbackUrl: '/sign-in' })
    expect(locationOf(response)).toBe(`${ORIGIN}/sign-in`)
    expect(browser.cookies.has('next-auth.session-token')).toBe(false)
    expect(await readAsking(services, cookie)).toEqual({ kind: 'ended' })
    expect(await (await browser.ask('session')).json()).toEqual({})
  })

  test('leads nowhere else', async () => {
    const response = await openBrowser().signIn({ callbackUrl: 'https://evil.test/' })
    expect(locationOf(response)).toBe(`${ORIGIN}/`)
  })

  test('as somebody else in the same browser makes two people, not one with two identities', async () => {
    const browser = openBrowser()
    await browser.signIn()
    const first = await findActor(services, browser.headers())
    browser.cookies.delete('_session')
    browser.cookies.delete('_session.sig')
    said = { sub: 's-2', claims: { name: 'Another', email: 'two@bank.test', email_verified: true } }
    await browser.signIn()
    const second = await findActor(services, browser.headers())
    expect(second?.subject).toBe('s-2')
    expect(second?.personId).not.toBe(first?.personId)
  })

  test('keeps no mail that the provider does not vouch for', async () => {
    said = { sub: 's-3', claims: { email: 'three@bank.test', email_verified: false } }
    const browser = openBrowser()
    await browser.signIn()
    expect(await findActor(services, browser.headers())).toMatchObject({ subject: 's-3', email: null })
  })
})

describe('a sign-in is refused, on record,', () => {
  test('when the person is disabled', async () => {
    const browser = openBrowser()
    said = { sub: 's-4', claims: {} }
    await browser.signIn()
    await services.db.person.updateMany({ where: { subject: 's-4' }, data: { disabledAt: new Date() } })
    const response = await openBrowser().signIn()
    expect(locationOf(response)).toBe('/sign-in?error=AccessDenied')
    expect(await failures()).toEqual([{ code: 'AccessDenied', subject: 's-4', outcome: 'refused' }])
  })

  test('when the state is not this browser’s', async () => {
    const callback = await openBrowser().walk(await openBrowser().start())
    const victim = openBrowser()
    await victim.start()
    const response = await victim.ask(callback)
    expect(locationOf(response)).toBe('/sign-in?error=OAuthCallback')
    expect(await readAsking(services, victim.headers())).toEqual({ kind: 'nobody' })
    expect(await failures()).toEqual([{ code: 'OAuthCallback', subject: null, outcome: 'failed' }])
  })

  test('when it never began here', async () => {
    const response = await openBrowser().ask('callback/oidc?code=x&state=y')
    expect(locationOf(response)).toBe('/sign-in?error=OAuthCallback')
  })

  test('when a code comes a second time', async () => {
    const browser = openBrowser()
    const callback = await browser.walk(await browser.start())
    const cookies = new Map(browser.cookies)
    await browser.ask(callback)
    browser.cookies.clear()
    for (const [name, value] of cookies) browser.cookies.set(name, value)
    expect(locationOf(await browser.ask(callback))).toBe('/sign-in?error=OAuthCallback')
  })

  test('when the provider says no', async () => {
    const browser = openBrowser()
    const state = new URL(await browser.start()).searchParams.get('state')
    const response = await browser.ask(`callback/oidc?error=access_denied&state=${state}`)
    expect(locationOf(response)).toBe('/sign-in?error=Callback')
  })

  test('past so many a minute from one address', async () => {
    const busy = '198.51.100.1'
    for (let n = 0; n < 5; n += 1) await openBrowser(busy).start()
    const late = openBrowser(busy).start()
    await expect(late).rejects.toMatchObject({
      code: 'rate-limited',
      facts: { retryAfterSeconds: expect.any(Number) },
    })
    expect(await openBrowser('198.51.100.2').start()).toContain(issuer)
  })
})

describe('without the database', () => {
  const nowhere = createTestServices('postgresql://nobody:nothing@127.0.0.1:1/none')
  const ask = (path: string, method = 'GET') =>
    answerAuthWith(
      nowhere,
      new Request(`${ORIGIN}/api/auth/${path}`, { method }),
      path.split(/[/?]/).slice(0, 2),
    )

  test('whoever comes back from the provider is told by a page', async () => {
    expect(locationOf(await ask('callback/oidc?code=x&state=y'))).toBe('/sign-in?error=Unavailable')
  })

  test('nobody is sent to the provider', async () => {
    await expect(ask('signin/oidc', 'POST')).rejects.toMatchObject({ code: 'audit-unavailable' })
  })
})

describe('next-auth’s addresses', () => {
  test.each([
    ['GET', 'verify-request', 'not-found'],
    ['POST', '_log', 'not-found'],
    ['GET', 'callback/github', 'not-found'],
    ['GET', 'constructor', 'not-found'],
    ['GET', 'signin/oidc/more', 'not-found'],
    ['POST', 'session', 'method-not-allowed'],
    ['POST', 'callback/oidc', 'method-not-allowed'],
  ])('%s %s: %s', async (method, path, code) => {
    const asked = openBrowser().ask(path, { method })
    await expect(asked).rejects.toThrow(AppError)
    await expect(asked).rejects.toMatchObject({ code })
  })

  test.each(['javascript:alert(1)', 'nonsense', 'https://evil.test/', '//evil.test'])(
    'lead nowhere for a callbackUrl of “%s”, nor fail',
    async (callbackUrl) => {
      const browser = openBrowser()
      browser.cookies.set('next-auth.callback-url', encodeURIComponent(callbackUrl))
      for (const path of ['csrf', 'session', 'signin', 'signout']) {
        const response = await browser.ask(`${path}?${new URLSearchParams({ callbackUrl })}`)
        expect(response.status).toBeLessThan(400)
        expect(new URL(locationOf(response) ?? '/', ORIGIN).origin).toBe(ORIGIN)
      }
    },
  )

  test('neither sign in nor out without their token', async () => {
    const browser = openBrowser()
    await browser.signIn()
    for (const path of ['signin/oidc', 'signout']) {
      const response = await browser.ask(path, {
        method: 'POST',
        body: new URLSearchParams({ csrfToken: 'forged' }),
      })
      expect(locationOf(response)).toContain('csrf=true')
    }
    expect((await readAsking(services, browser.headers())).kind).toBe('actor')
  })

  test('let nobody add to what the provider is asked', async () => {
    const browser = openBrowser()
    const { csrfToken } = await (await browser.ask('csrf')).json()
    const response = await browser.ask(
      'signin/oidc?scope=offline_access&redirect_uri=https://evil.test&prompt=login',
      {
        method: 'POST',
        body: new URLSearchParams({ csrfToken }),
      },
    )
    const { searchParams } = new URL(locationOf(response) ?? '')
    expect(searchParams.get('scope')).toBe('openid email profile')
    expect(searchParams.get('redirect_uri')).toBe(`${ORIGIN}/api/auth/callback/oidc`)
    expect(searchParams.get('prompt')).toBe('login')
  })
})
