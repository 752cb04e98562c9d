import { z } from 'zod'

/** Somebody as the identity provider says they are. Issuer and subject are the person; all else may change. */
export type Identity = {
  readonly issuer: string
  readonly subject: string
  readonly name: string | null
  /** Lower case, and only when the provider says that it is theirs: a mail that anybody could have typed is no mail. */
  readonly verifiedEmail: string | null
  readonly authTime: Date | null
  readonly acr: string | null
  readonly amr: readonly string[]
}

const NAME_MAX = 200
const EMAIL_MAX = 320
const AMR_MAX = 16

/** OpenID Connect Core §2: `sub` has at most 255 ASCII characters. */
const required = z.object({
  iss: z.string(),
  sub: z.string().regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/),
})

const details = z.object({
  name: z.string().optional().catch(undefined),
  preferred_username: z.string().optional().catch(undefined),
  email: z.string().max(EMAIL_MAX).optional().catch(undefined),
  email_verified: z.unknown().optional(),
})

const proof = z.object({
  auth_time: z.number().int().positive().max(8_640_000_000_000).optional().catch(undefined),
  acr: z.string().max(NAME_MAX).optional().catch(undefined),
  amr: z.array(z.string().max(NAME_MAX)).max(AMR_MAX).catch([]),
})

/**
 * Reads an identity out of an ID token's claims whose signature, audience and nonce have been checked, and of userinfo
 * where that had to be asked. Mail and `email_verified` count only together, from one and the same place.
 * @throws Error when the issuer is not the one configured, or userinfo is about somebody else
 */
export function parseIdentity(
  claims: unknown,
  userinfo: unknown,
  {
    issuer,
    maxAgeSeconds,
    now,
  }: { readonly issuer: string; readonly maxAgeSeconds: number; readonly now: Date },
): Identity {
  const { iss, sub } = required.parse(claims)
  if (iss !== issuer) throw new Error('the ID token is of another issuer than OIDC_ISSUER')
  if (userinfo !== null && z.object({ sub: z.string() }).parse(userinfo).sub !== sub) {
    throw new Error('userinfo is about somebody else than the ID token')
  }
  const said = details.parse(claims)
  const asked = details.parse(userinfo ?? {})
  const isWhole = said.email !== undefined && said.email_verified !== undefined
  const mailOf = isWhole || asked.email === undefined ? said : asked
  const { auth_time: authSeconds, acr, amr } = proof.parse(claims)
  if (
    authSeconds !== undefined &&
    authSeconds * 1000 < now.getTime() - (maxAgeSeconds + LEEWAY_SECONDS) * 1000
  ) {
    throw new Error('the provider let in somebody who proved who they are longer ago than was asked for')
  }
  const name = said.name ?? asked.name ?? said.preferred_username ?? asked.preferred_username
  return {
    issuer: iss,
    subject: sub,
    name: plainText(name),
    verifiedEmail: mailOf.email_verified === true ? plainText(mailOf.email?.toLowerCase()) : null,
    authTime: authSeconds === undefined ? null : new Date(authSeconds * 1000),
    acr: acr ?? null,
    amr,
  }
}

/** What the ID token leaves out is asked of userinfo. */
export function lacksDetails(claims: unknown): boolean {
  const said = details.parse(claims)
  return said.name === undefined || said.email === undefined || said.email_verified === undefined
}

const LEEWAY_SECONDS = 60

function plainText(text: string | undefined): string | null {
  const plain = text
    ?.replace(/\p{C}/gu, '')
    .trim()
    .slice(0, NAME_MAX * 2)
  return plain === undefined || plain === '' ? null : plain
}
