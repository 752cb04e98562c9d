import { z } from 'zod'
import type { Environment } from '../env.ts'
import { askProvider } from './ask-provider.ts'
import { findProviderMetadata, type ProviderMetadata } from './provider-keys.ts'

/** What the provider gives for a refresh token; the token itself only where it is changed for a new one. */
export type Refreshed = {
  readonly refreshToken: string | null
  readonly idToken: string | null
  readonly accessToken: string | null
}

/** By these the provider says that it no longer lets this person in (RFC 6749 §5.2, OpenID Connect Core §3.1.2.6). */
const REFUSALS = new Set([
  'invalid_grant',
  'access_denied',
  'login_required',
  'consent_required',
  'interaction_required',
])

const tokens = z.object({
  refresh_token: z.string().min(1).max(16_384).optional(),
  id_token: z.string().optional(),
  access_token: z.string().optional(),
})
const refusal = z.object({ error: z.string() })

/**
 * Changes a refresh token for what it gives; null when the provider refuses it.
 * @throws Error when the provider does not answer, or something that says neither
 */
export async function refreshTokens(env: Environment, refreshToken: string): Promise<Refreshed | null> {
  const metadata = await findProviderMetadata(env)
  const { status, body } = await askProvider(env, {
    url: metadata.tokenEndpoint,
    ...identify(env, metadata, { grant_type: 'refresh_token', refresh_token: refreshToken }),
  })
  const refused = refusal.safeParse(body).data?.error
  if (status >= 400 && status < 500 && refused !== undefined && REFUSALS.has(refused)) return null
  const { data } = tokens.safeParse(body)
  if (status !== 200 || data === undefined) {
    throw new Error(`the identity provider answers ${status} ${refused?.slice(0, 40) ?? ''}`.trim())
  }
  return {
    refreshToken: data.refresh_token ?? null,
    idToken: data.id_token ?? null,
    accessToken: data.access_token ?? null,
  }
}

/** What userinfo says; null where the provider has none. @throws Error when it does not answer, refuses or is not read */
export async function askUserinfo(env: Environment, accessToken: string): Promise<unknown> {
  const { userinfoEndpoint } = await findProviderMetadata(env)
  if (userinfoEndpoint === null) return null
  const { status, body } = await askProvider(env, {
    url: userinfoEndpoint,
    authorization: `Bearer ${accessToken}`,
  })
  if (status !== 200 || body === null) throw new Error(`userinfo answers ${status}`)
  return body
}

/** As a sign-in identifies the client: by the header, unless the provider takes its secret in the form alone. */
function identify(
  { oidc: { clientId, clientSecret } }: Environment,
  { isSecretPosted }: ProviderMetadata,
  form: Readonly<Record<string, string>>,
) {
  if (isSecretPosted) return { form: { ...form, client_id: clientId, client_secret: clientSecret } }
  // RFC 6749 §2.3.1: encoded as in a form, then as RFC 7617 has it.
  const pair = [clientId, clientSecret].map((part) => new URLSearchParams({ _: part }).toString().slice(2))
  return { form, authorization: `Basic ${Buffer.from(pair.join(':')).toString('base64')}` }
}
