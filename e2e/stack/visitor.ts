// Somebody who uses the portal without a browser: signs in by way of the identity provider, searches, opens, reads.
export type Visitor = {
  readonly portalUrl: string
  /** The header that says who they are. */
  readonly cookie: string
}

/** The answer of `POST /viewings`. */
export type Opened = {
  readonly viewingId: string
  readonly media: 'hls' | 'file'
  /** A path of the portal. */
  readonly href: string
  readonly durationSeconds: number
}

const MOST_REDIRECTS = 12
const TIMEOUT_MS = 60_000

/** Signs in as a browser does: authorisation code, PKCE, the provider's own page and back. */
export async function signIn(
  portalUrl: string,
  person: { readonly email: string; readonly password: string },
): Promise<Visitor> {
  const jar = createJar()
  const csrf = await jar.ask(`${portalUrl}/api/auth/csrf`)
  const { csrfToken } = parseCsrf(await csrf.json())
  const begun = await jar.ask(`${portalUrl}/api/auth/signin/oidc`, {
    method: 'POST',
    body: new URLSearchParams({ csrfToken, callbackUrl: portalUrl }),
  })
  const page = await jar.follow(begun)
  if (page.status !== 200) throw new Error(`No sign-in page, but ${page.status} of ${page.url}.`)
  await page.text()
  const sent = await jar.ask(page.url, { method: 'POST', body: new URLSearchParams({ ...person }) })
  const home = await jar.follow(sent)
  await home.text()
  const cookie = jar.cookie(portalUrl)
  if (!cookie.includes('next-auth.session-token=')) {
    throw new Error(`${person.email} is not signed in: ${home.status} of ${home.url}.`)
  }
  return { portalUrl, cookie }
}

/** Asks the portal as one of its own pages would. */
export function ask(
  visitor: Visitor,
  path: string,
  init: { readonly method?: string; readonly json?: unknown } = {},
): Promise<Response> {
  const { method = 'GET', json } = init
  return fetch(`${visitor.portalUrl}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...{ cookie: visitor.cookie, origin: visitor.portalUrl },
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
}

/** Opens an archive, or throws with what the portal says. */
export async function openArchive(visitor: Visitor, archiveId: string): Promise<Opened> {
  const opening = { archiveId, reasonCode: 'quality', reason: 'To see how the portal bears it.' }
  const response = await ask(visitor, '/viewings', { method: 'POST', json: opening })
  const text = await response.text()
  if (response.status !== 201)
    throw new Error(`Archive ${archiveId} does not open: ${response.status} ${text}`)
  return parseOpened(text)
}

/** Searches for sessions, so that the portal asks their recorder for those it does not know. */
export async function searchFor(visitor: Visitor, sessionId: string): Promise<readonly string[]> {
  const response = await ask(visitor, `/sessions/search?q=${encodeURIComponent(sessionId)}`)
  const text = await response.text()
  if (response.status !== 200) throw new Error(`The search fails: ${response.status} ${text}`)
  return parseFound(text).sessions.flatMap(({ archives }) => archives.map(({ archiveId }) => archiveId))
}

/** The addresses of a viewing's segments, in the order of its playlist, with their lengths. */
export async function listSegments(
  visitor: Visitor,
  { href }: Pick<Opened, 'href'>,
): Promise<readonly { readonly path: string; readonly seconds: number }[]> {
  const response = await ask(visitor, href)
  const text = await response.text()
  if (response.status !== 200) throw new Error(`No playlist: ${response.status} ${text}`)
  return [...text.matchAll(/^#EXTINF:([\d.]+),[^\n]*\n(?:#[^\n]*\n)*([^#\s]+)/gm)].map(
    ([, seconds = '', uri = '']) => ({
      path: new URL(uri, new URL(href, visitor.portalUrl)).pathname,
      seconds: Number(seconds),
    }),
  )
}

function parseOpened(text: string): Opened {
  return JSON.parse(text) as Opened
}

function parseFound(text: string): { sessions: { archives: { archiveId: string }[] }[] } {
  return JSON.parse(text) as { sessions: { archives: { archiveId: string }[] }[] }
}

function parseCsrf(value: unknown): { csrfToken: string } {
  return value as { csrfToken: string }
}

type Jar = {
  ask(url: string, init?: RequestInit): Promise<Response>
  follow(response: Response): Promise<Response>
  cookie(url: string): string
}

/** Cookies by host and port, because the portal and the provider are on one machine. */
function createJar(): Jar {
  const kept = new Map<string, Map<string, string>>()
  const cookie = (url: string): string =>
    [...(kept.get(new URL(url).origin) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')

  async function askOnce(url: string, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(url)
    const headers = { ...(cookie(url) === '' ? {} : { cookie: cookie(url) }), origin }
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetch(url, { ...init, headers, redirect: 'manual', signal })
    const cookies = kept.get(origin) ?? new Map<string, string>()
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    kept.set(origin, cookies)
    return response
  }

  return {
    ask: askOnce,
    cookie,
    async follow(response) {
      let current = response
      for (let left = MOST_REDIRECTS; left > 0; left -= 1) {
        const location = current.headers.get('location')
        if (location === null) return current
        await current.text()
        current = await askOnce(new URL(location, current.url).href)
      }
      throw new Error(`Led round in a circle by ${current.url}.`)
    },
  }
}
