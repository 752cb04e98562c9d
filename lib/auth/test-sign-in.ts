import type { Services } from '../services.ts'
import { type Actor, findActor } from './actor.ts'
import { answerAuthWith } from './handler.ts'
import type { TestProvider } from './test-provider.ts'

/** For tests: where a sign-in led, and who is signed in afterwards. */
export type Entered = {
  readonly location: string | null
  readonly actor: Actor | null
  readonly headers: Headers
  /** What the provider was asked. */
  readonly asked: URLSearchParams
}

export type Entering = {
  /** Of the address that begins the sign-in. */
  readonly query?: Readonly<Record<string, string>>
  /** Done to the browser's cookies before it comes back. */
  readonly tamper?: (cookies: Map<string, string>) => void
}

/** For tests: a browser that signs in at a test provider and comes back with its code. */
export async function enterBy(
  provider: TestProvider,
  services: Services,
  { query = {}, tamper }: Entering = {},
): Promise<Entered> {
  const cookies = new Map<string, string>()
  const headers = (): Headers =>
    new Headers({ cookie: [...cookies].map((pair) => pair.join('=')).join('; ') })
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const request = new Request(`${services.env.origin}/api/auth/${path}`, { ...init, headers: headers() })
    const segments = new URL(request.url).pathname.split('/').slice(3)
    const response = await answerAuthWith(services, request, segments)
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
  const { csrfToken } = await (await ask('csrf')).json()
  const body = new URLSearchParams({ csrfToken, callbackUrl: '/' })
  const begun = await ask(`signin/oidc?${new URLSearchParams(query)}`, { method: 'POST', body })
  const asked = new URL(begun.headers.get('location') ?? '').searchParams
  provider.expect(asked)
  tamper?.(cookies)
  const back = await ask(`callback/oidc?code=c&state=${asked.get('state')}`)
  return {
    location: back.headers.get('location'),
    actor: await findActor(services, headers()),
    headers: headers(),
    asked,
  }
}
