import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts'
import { PEOPLE, subjectOf } from './people.ts'

const portalUrl = 'http://localhost:3000'
const redirectUri = `${portalUrl}/api/auth/callback/oidc`
const [reviewer] = PEOPLE
let provider: IdentityProvider

beforeAll(async () => {
  provider = await startIdentityProvider({
    people: PEOPLE,
    portalUrl,
    clientSecret: 'a-secret-of-the-client',
  })
})

afterAll(() => provider.stop())

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
): Promise<Response | URL> {
  const page = await follow(visit, await visit(authorisationUrl(verifier)))
  if (page instanceof URL) return page
  const [, action = ''] = /action="([^"]+)"/.exec(await page.text()) ?? []
  return follow(visit, await visit(action, { email: reviewer?.email ?? '', password }))
}

async function redeem(arrived: Response | URL, verifier: string): Promise<Response> {
  const code = arrived instanceof URL ? (arrived.searchParams.get('code') ?? '') : ''
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
  const secret = `${encodeURIComponent(provider.clientId)}:${encodeURIComponent(provider.clientSecret)}`
  const headers = { authorization: `Basic ${Buffer.from(secret).toString('base64')}` }
  return fetch(`${provider.issuer}/token`, { method: 'POST', headers, body })
}

function parseClaims(tokens: unknown): Record<string, unknown> {
  const { id_token: token } = tokens as { id_token: string }
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
}

describe('the code flow', () => {
  test('ends in an ID token that says who, how and when', async () => {
    const verifier = randomBytes(32).toString('base64url')
    const response = await redeem(await signIn(createBrowser(), verifier), verifier)
    expect(response.status).toBe(200)
    const claims = parseClaims(await response.json())
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

test('a wrong password leads back to the page, which says so', async () => {
  const page = await signIn(createBrowser(), 'v'.repeat(43), 'wrong')
  if (page instanceof URL) throw new Error('Signed in.')
  expect(page.status).toBe(401)
  expect(await page.text()).toContain('Email or password is not right.')
})
