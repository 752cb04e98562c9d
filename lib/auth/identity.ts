import { z } from 'zod'

/** Somebody as the identity provider says they are. Issuer and subject are the person; all else may change. */
export type Identity = {
  readonly issuer: string
  readonly subject: string
  readonly name: string | null
  /** In lower case, and only when the provider says that it is theirs: a mail that anybody could have typed is no mail. */
  readonly verifiedEmail: string | null
  /** Why a mail that was told is not taken; left out where there is none or it is. */
  readonly mailLeftOut?: 'unverified' | 'not ASCII'
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
  { issuer }: { readonly issuer: string },
): Identity {
  const { iss, sub } = required.parse(claims)
  if (iss !== issuer) throw new Error('the ID token is of another issuer than OIDC_ISSUER')
  if (userinfo !== null && z.object({ sub: z.string() }).parse(userinfo).sub !== sub) {
    throw new Error('userinfo is about somebody else than the ID token')
  }
  const said = details.parse(claims)
  const asked = details.parse(userinfo ?? {})
  const isWhole = said.email !== undefined && said.email_verified !== undefined
  const { auth_time: authSeconds, acr, amr } = proof.parse(claims)
  const name = said.name ?? asked.name ?? said.preferred_username ?? asked.preferred_username
  return {
    issuer: iss,
    subject: sub,
    name: plainText(name),
    ...takeMail(isWhole || asked.email === undefined ? said : asked),
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

/**
 * People are prepared by mails of ASCII. Letters that only look like those (or become them in lower case, as the Kelvin
 * sign becomes k) would make a mail pass for somebody else's, so that such a mail is not kept at all.
 */
function takeMail({
  email,
  email_verified: isVerified,
}: z.infer<typeof details>): Pick<Identity, 'verifiedEmail' | 'mailLeftOut'> {
  const mail = email?.trim() ?? ''
  if (mail === '') return { verifiedEmail: null }
  if (isVerified !== true) return { verifiedEmail: null, mailLeftOut: 'unverified' }
  if (!/^[\x21-\x7e]+$/.test(mail)) return { verifiedEmail: null, mailLeftOut: 'not ASCII' }
  return { verifiedEmail: mail.toLowerCase() }
}

function plainText(text: string | undefined): string | null {
  const plain = text
    ?.replace(/\p{C}/gu, '')
    .trim()
    .slice(0, NAME_MAX * 2)
  return plain === undefined || plain === '' ? null : plain
}
