/**
 * Leads to the sign-in service; `callbackUrl` is a path of this site to come back to. With `maxAuthAgeSeconds` the service
 * asks anew who it is, unless it did so within that time.
 */
export async function signIn(
  callbackUrl: string,
  { maxAuthAgeSeconds }: { readonly maxAuthAgeSeconds?: number } = {},
): Promise<void> {
  const url = await post('/api/auth/signin/oidc', {
    callbackUrl,
    ...(maxAuthAgeSeconds !== undefined && { max_age: String(maxAuthAgeSeconds) }),
  })
  window.location.assign(url)
}

/** Ends the sign-in, forgets what this tab remembered for it, and leads to the sign-in page. */
export async function signOut(): Promise<void> {
  sessionStorage.clear()
  await post('/api/auth/signout', { callbackUrl: '/sign-in' })
  window.location.assign('/sign-in')
}

/** next-auth's own form: a token that is also in a cookie, and `json` to be told the address rather than sent there. */
async function post(address: string, fields: Record<string, string>): Promise<string> {
  const { csrfToken } = parseText(await ask('/api/auth/csrf'), 'csrfToken')
  const body = new URLSearchParams({ ...fields, csrfToken, json: 'true' })
  return parseText(await ask(address, { method: 'POST', body }), 'url').url
}

async function ask(address: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(address, { ...init, cache: 'no-store' })
  if (!response.ok) throw new Error(`${address} answered ${response.status}`)
  return response.json()
}

function parseText<K extends string>(body: unknown, key: K): Record<K, string> {
  if (typeof body === 'object' && body !== null && key in body) {
    const value: unknown = (body as Record<K, unknown>)[key]
    if (typeof value === 'string') return { [key]: value } as Record<K, string>
  }
  throw new Error(`an answer without ${key}`)
}
