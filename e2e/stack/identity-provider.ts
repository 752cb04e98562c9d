// An OpenID provider (the package oidc-provider) with the demo's people and a sign-in page that checks passwords.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import Provider from 'oidc-provider'
import { findFreePort } from './free-port.ts'
import { close, listen } from './listen.ts'
import { type Person, subjectOf } from './people.ts'
import { readText } from './read-text.ts'
import { renderSignInPage } from './sign-in-page.ts'

export type IdentityProvider = {
  readonly issuer: string
  readonly port: number
  readonly clientId: string
  readonly clientSecret: string
  /** Somebody leaves: they sign in no more, and what they were given is refused from now on. */
  leave(email: string): void
  stop(): Promise<void>
}

export type IdentityProviderOptions = {
  readonly people: readonly Person[]
  /** Address of the portal, without a slash at its end. */
  readonly portalUrl: string
  readonly clientSecret: string
  readonly port?: number
}

const CLIENT_ID = 'recordroom'
const SCOPES = 'openid email profile'
const HOUR_SECONDS = 3600
/** How everybody here proves who they are. */
export const PASSWORD_ACR = 'urn:demo:password'

export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const port = options.port ?? (await findFreePort())
  const issuer = `http://127.0.0.1:${port}`
  const left = new Set<string>()
  const people = (): readonly Person[] => options.people.filter(({ email }) => !left.has(email))
  const provider = createProvider(issuer, options, people)
  const passOn = provider.callback()
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/sign-in/') !== true) return passOn(request, response)
    signIn(provider, people(), { request, response }).catch((error) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(`This sign-in has ended: ${error}\n`)
    })
  })
  await listen(server, port)
  const { clientSecret } = options
  return {
    ...{ issuer, port, clientId: CLIENT_ID, clientSecret },
    leave: (email) => void left.add(email),
    stop: () => close(server),
  }
}

function createProvider(
  issuer: string,
  { portalUrl, clientSecret }: IdentityProviderOptions,
  people: () => readonly Person[],
): Provider {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: clientSecret,
        redirect_uris: [`${portalUrl}/api/auth/callback/oidc`],
        post_logout_redirect_uris: [portalUrl],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
        require_auth_time: true,
        backchannel_logout_uri: `${portalUrl}/api/auth/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'demo' }] },
    cookies: { keys: [randomBytes(24).toString('base64url')] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    // The portal is on this machine, where the package's own way out does not lead.
    fetch: (url: string, { dispatcher: _, ...asked }: RequestInit & { dispatcher?: unknown }) =>
      fetch(url, asked),
    // To every client that may use one, and each is used once.
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/sign-in/${uid}` },
    claims: {
      openid: ['sub', 'sid', 'auth_time', 'acr', 'amr', 'groups'],
      email: ['email', 'email_verified'],
      profile: ['name'],
    },
    acrValues: [PASSWORD_ACR],
    // Also where an access token could fetch them from userinfo: both ways are the portal's to know.
    conformIdTokenClaims: false,
    findAccount: (_context: unknown, subject: string) => findAccount(people(), subject),
    loadExistingGrant: (context: GrantContext) => consent(provider, context),
    ttl: {
      AccessToken: HOUR_SECONDS,
      AuthorizationCode: 60,
      IdToken: HOUR_SECONDS,
      RefreshToken: 12 * HOUR_SECONDS,
      Interaction: HOUR_SECONDS,
      Session: 12 * HOUR_SECONDS,
      Grant: 12 * HOUR_SECONDS,
    },
  })
  return provider
}

function findAccount(people: readonly Person[], subject: string): unknown {
  const person = people.find((candidate) => subjectOf(candidate) === subject)
  if (person === undefined) return undefined
  const { email, name, groups } = person
  const claims = { sub: subject, email, email_verified: true, name, ...(groups && { groups }) }
  return { accountId: subject, claims: () => claims }
}

type GrantContext = {
  readonly oidc: {
    readonly client: { readonly clientId: string }
    readonly session: { readonly accountId: string }
  }
}

/** Nobody is asked whether the portal may know their name: it is their employer's. */
async function consent(provider: Provider, { oidc }: GrantContext): Promise<unknown> {
  const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
  grant.addOIDCScope(SCOPES)
  await grant.save()
  return grant
}

async function signIn(
  provider: Provider,
  people: readonly Person[],
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response)
  if (request.method !== 'POST') {
    const email = typeof params.login_hint === 'string' ? params.login_hint : ''
    return sendPage(response, 200, renderSignInPage({ action: request.url ?? '', email, fault: '' }))
  }
  const form = new URLSearchParams(await readText(request, 4096))
  const email = (form.get('email') ?? '').trim().toLowerCase()
  const person = people.find((candidate) => candidate.email === email)
  if (person === undefined || person.password !== form.get('password')) {
    const fault = 'Email or password is not right.'
    return sendPage(response, 401, renderSignInPage({ action: request.url ?? '', email, fault }))
  }
  const login = { accountId: subjectOf(person), acr: PASSWORD_ACR, amr: ['pwd'] }
  await provider.interactionFinished(request, response, { login })
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response
    .writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(html)
}
