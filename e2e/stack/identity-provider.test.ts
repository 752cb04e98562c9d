import { createHash, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findFreePort } from './free-port.ts'
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts'
import { close, listen } from './listen.ts'
import { PEOPLE, type Person, subjectOf } from './people.ts'
import { readText } from './read-text.ts'

const port = await findFreePort()
const portalUrl = `http://localhost:${port}`
const redirectUri = `${portalUrl}/api/auth/callback/oidc`
const [reviewer] = PEOPLE
const GROUPED: Person = {
  ...{ email: 'grouped@demo.test', name: 'Gale Grouped', password: 'grouped-4-demo', roles: [] },
  groups: ['complaints', 'Retail leads'],
}
let provider: IdentityProvider
/** Stands where the portal would. */
let portal: Server
const told: { path: string; form: URLSearchParams }[] = []

beforeAll(async () => {
  portal = createServer(async (request, response) => {
    told.push({ path: request.url ?? '', form: new URLSearchParams(await readText(request, 8192)) })
    response.end()
  })
  await listen(portal, port)
  provider = await startIdentityProvider({
    people: [...PEOPLE, GROUPED],
    portalUrl,
    clientSecret: 'a-secret-of-the-client',
  })
})

afterAll(async () => {
  await provider.stop()
  await close(portal)
})

/** A browser as far as cookies go. */
function createBrowser() {
  const cookies = new Map<string, string>()
  return async function visit(url: string, form?: Record<string, string>): Promise<Response> {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
    const post = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }
    const response = await fetch(new URL(url, provider.issuer), { headers, redirect: 'manual', ...post })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const [name = '', value = ''] = pair.split('=')
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
}

type Visit = ReturnType<typeof createBrowser>

function authorisationUrl(verifier: string | null, more: Record<string, string> = {}): string {
  const challenge = createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url')
  const pkce = verifier === null ? {} : { code_challenge: challenge, code_challenge_method: 'S256' }
  const query = {
    client_id: 'recordroom',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid email profile',
    state: 's',
    nonce: 'n',
  }
  return `/auth?${new URLSearchParams({ ...query, ...pkce, ...more })}`
}

/** Follows redirects within the provider up to a page or to the portal. */
async function follow(visit: Visit, response: Response): Promise<Response | URL> {
  let current = response
  for (let hops = 0; hops < 8; hops += 1) {
    const location = current.headers.get('location')
    if (location === null) return current
    if (location.startsWith(portalUrl)) return new URL(location)
    current = await visit(location)
  }
  throw new Error('Redirected in a circle.')
}

async function signIn(
  visit: Visit,
  verifier: string,
  password = reviewer?.password ?? '',
  email = reviewer?.email ?? '',
): Promise<Response | URL> {
  const page = await follow(visit, await visit(authorisationUrl(verifier)))
  if (page instanceof URL) return page
  const [, action = ''] = /action="([^"]+)"/.exec(await page.text()) ?? []
  return follow(visit, await visit(action, { email, password }))
}

async function redeem(arrived: Response | URL, verifier: string): Promise<Response> {
  const code = arrived instanceof URL ? (arrived.searchParams.get('code') ?? '') : ''
  return askForTokens({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
}

async function askForTokens(form: Record<string, string>): Promise<Response> {
  const body = new URLSearchParams(form)
  const secret = `${encodeURIComponent(provider.clientId)}:${encodeURIComponent(provider.clientSecret)}`
  const headers = { authorization: `Basic ${Buffer.from(secret).toString('base64')}` }
  return fetch(`${provider.issuer}/token`, { method: 'POST', headers, body })
}

type Tokens = { readonly id_token: string; readonly refresh_token: string }

function parseTokens(body: unknown): Tokens {
  return body as Tokens
}

function parseClaims({ id_token: token }: Tokens): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
}

describe('the code flow', () => {
  test('ends in an ID token that says who, how and when', async () => {
    const verifier = randomBytes(32).toString('base64url')
    const response = await redeem(await signIn(createBrowser(), verifier), verifier)
    expect(response.status).toBe(200)
    const claims = parseClaims(parseTokens(await response.json()))
    expect(claims).toMatchObject({
      iss: provider.issuer,
      aud: 'recordroom',
      nonce: 'n',
      sub: reviewer === undefined ? '' : subjectOf(reviewer),
      email: 'reviewer@demo.test',
      email_verified: true,
      name: 'Robin Reviewer',
      acr: 'urn:demo:password',
      amr: ['pwd'],
    })
    expect(Number(claims.auth_time)).toBeGreaterThan(Date.now() / 1000 - 60)
  })

  test('needs the verifier that belongs to the challenge', async () => {
    const response = await redeem(await signIn(createBrowser(), 'v'.repeat(43)), 'w'.repeat(43))
    expect(response.status).toBe(400)
  })

  test('is refused without PKCE', async () => {
    const arrived = await follow(createBrowser(), await createBrowser()(authorisationUrl(null)))
    expect(arrived instanceof URL && arrived.searchParams.get('error')).toBe('invalid_request')
  })

  test('asks nobody twice, unless it is told to', async () => {
    const visit = createBrowser()
    await signIn(visit, 'v'.repeat(43))
    const again = await follow(visit, await visit(authorisationUrl('v'.repeat(43))))
    expect(again instanceof URL && again.searchParams.has('code')).toBe(true)
    for (const more of [{ prompt: 'login' }, { max_age: '0' }]) {
      const asked = await follow(visit, await visit(authorisationUrl('v'.repeat(43), more)))
      expect(asked instanceof URL).toBe(false)
    }
  })
})

describe('somebody who is signed in', () => {
  const enter = async (person: Person, visit = createBrowser()) => {
    const verifier = randomBytes(32).toString('base64url')
    return parseTokens(
      await (await redeem(await signIn(visit, verifier, person.password, person.email), verifier)).json(),
    )
  }
  const refresh = (token: string) => askForTokens({ grant_type: 'refresh_token', refresh_token: token })

  test('is said to be in their groups, in a session that has a name', async () => {
    const claims = parseClaims(await enter(GROUPED))
    expect(claims).toMatchObject({ groups: ['complaints', 'Retail leads'], sid: expect.any(String) })
    expect(parseClaims(await enter(PEOPLE[1] ?? GROUPED))).not.toHaveProperty('groups')
  })

  test('is confirmed by a refresh token, which is good for one time', async () => {
    const first = await enter(GROUPED)
    const response = await refresh(first.refresh_token)
    expect(response.status).toBe(200)
    const second = parseTokens(await response.json())
    expect(parseClaims(second)).toMatchObject({ sub: subjectOf(GROUPED), groups: GROUPED.groups })
    expect(second.refresh_token).not.toBe(first.refresh_token)
    const again = await refresh(first.refresh_token)
    expect([again.status, await again.json()]).toMatchObject([400, { error: 'invalid_grant' }])
  })

  test('is told to have signed out', async () => {
    const visit = createBrowser()
    const tokens = await enter(GROUPED, visit)
    const page = await (await visit('/session/end')).text()
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page) ?? []
    await visit('/session/end/confirm', { xsrf, logout: 'yes' })
    const { path, form } = told.at(-1) ?? { path: '', form: new URLSearchParams() }
    expect(path).toBe('/api/auth/backchannel-logout')
    expect(parseClaims({ ...tokens, id_token: form.get('logout_token') ?? '' })).toMatchObject({
      sid: parseClaims(tokens).sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    })
    expect((await refresh(tokens.refresh_token)).status).toBe(400)
  })

  test('is refused once they have left', async () => {
    const { refresh_token: token } = await enter(GROUPED)
    provider.leave(GROUPED.email)
    expect(await (await refresh(token)).json()).toMatchObject({ error: 'invalid_grant' })
  })
})

test('a wrong password leads back to the page, which says so', async () => {
  const page = await signIn(createBrowser(), 'v'.repeat(43), 'wrong')
  if (page instanceof URL) throw new Error('Signed in.')
  expect(page.status).toBe(401)
  expect(await page.text()).toContain('Email or password is not right.')
})
