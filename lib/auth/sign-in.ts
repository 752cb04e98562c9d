import type { PrismaClient } from '../../prisma/client/client.ts'
import { lockMail } from '../access/people/lock-mail.ts'
import type { AuditActor, AuditClient } from '../audit/event.ts'
import { recordEvent } from '../audit/record.ts'
import { inTime, withinDeadline } from '../database.ts'
import { AppError } from '../errors.ts'
import { bindSecret } from '../projects/secret-reference.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { endSignInByTokenWithin } from './end-sign-in.ts'
import type { Identity } from './identity.ts'
import { keepTold } from './keep-told.ts'
import { LONGEST_HOURS } from './sign-in-times.ts'
import type { Told } from './told.ts'

/** What the provider gave along with an identity. */
export type ProviderGave = {
  readonly told: Told
  /** Its own session (`sid`), by which its logout names the sign-in. */
  readonly providerSession: string | null
  /** By which the sign-in is renewed; kept sealed. */
  readonly refreshToken: string | null
}

export type NewSignIn = {
  readonly identity: Identity
  /** SHA-256 of the token that goes into the cookie. */
  readonly tokenHash: string
  /** Of the cookie this browser came with: that sign-in ends with the new one. */
  readonly previousTokenHash: string | null
  readonly client: AuditClient
  /** Left out where the provider gave nothing: what is known of the person stays. */
  readonly gave?: ProviderGave
}

/** Codes of sign-ins that came to their end and were not taken; others broke off. */
const REFUSED = new Set(['AccessDenied', 'TokenRefused', 'ProofTooOld', 'ProofUntimed', 'ProofTooWeak'])

type Transaction = Pick<PrismaClient, '$queryRaw' | '$executeRaw'>
type Bound = { id: string; email: string | null; name: string | null; isDisabled: boolean; roles: string[] }

/**
 * Signs somebody in: finds, binds or makes their person, writes the sign-in and puts it on record, all or nothing.
 * A person prepared by mail is bound to issuer and subject at the first sign-in with that mail, verified; afterwards
 * mail decides nothing. Answers the person's id.
 * @throws AppError `forbidden` when the person is disabled; `audit-unavailable`
 */
export async function signIn(
  { db, secrets }: Pick<Services, 'db' | 'secrets'>,
  input: NewSignIn,
): Promise<{ personId: string }> {
  const signInId = newUuid()
  const refreshToken = input.gave?.refreshToken ?? null
  const sealed =
    refreshToken === null
      ? {}
      : { refreshToken: { sealed: secrets.seal(refreshToken, bindSecret('sign_ins', signInId)) } }
  const begun = performance.now()
  return withinDeadline(db.$transaction(inTime(begun, (tx) => signInWithin(tx, input, { signInId, sealed }))))
}

/** Puts a sign-in that was refused on record; `identity` is null when nobody could be told. */
export async function recordFailedSignIn(
  services: Pick<Services, 'db'>,
  failed: { readonly identity: Identity | null; readonly code: string; readonly client: AuditClient },
): Promise<void> {
  await recordEvent(services.db, {
    id: newUuid(),
    action: 'sign-in.failed',
    outcome: REFUSED.has(failed.code) ? 'refused' : 'failed',
    code: failed.code,
    client: failed.client,
    ...(failed.identity && {
      actor: toAuditActor(failed.identity, {
        roles: [],
        signInId: null,
        name: failed.identity.name,
        email: failed.identity.verifiedEmail,
      }),
    }),
  })
}

async function signInWithin(
  tx: Transaction,
  input: NewSignIn,
  { signInId, sealed }: { readonly signInId: string; readonly sealed: object },
): Promise<{ personId: string }> {
  const { identity, client } = input
  // Two first sign-ins of one person at once would each find nobody.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${identity.issuer} ${identity.subject}`}, 0))`
  const person =
    (await findPerson(tx, identity)) ?? (await bindPrepared(tx, identity)) ?? (await addPerson(tx, identity))
  if (person.isDisabled) throw new AppError('forbidden', 'This person has been disabled.')
  await endPrevious(tx, input)
  await addSignIn(tx, input, { signInId, personId: person.id, sealed })
  await recordEvent(tx, {
    id: newUuid(),
    action: 'sign-in.succeeded',
    outcome: 'allowed',
    actor: toAuditActor(identity, { roles: person.roles, signInId, name: person.name, email: person.email }),
    client,
    target: { kind: 'sign-in', id: signInId },
    ...(identity.mailLeftOut && { after: { mailLeftOut: identity.mailLeftOut } }),
  })
  if (input.gave !== undefined) {
    await keepTold(tx, { personId: person.id, told: input.gave.told, client })
  }
  return { personId: person.id }
}

async function findPerson(tx: Transaction, identity: Identity): Promise<Bound | undefined> {
  const [person] = await tx.$queryRaw<Bound[]>`
    UPDATE people p
    SET name = coalesce(${identity.name}, p.name), email = coalesce(${identity.verifiedEmail}, p.email), last_seen_at = now()
    WHERE p.issuer = ${identity.issuer} AND p.subject = ${identity.subject}
    RETURNING p.id, p.email, p.name, p.disabled_at IS NOT NULL AS "isDisabled",
      ARRAY(SELECT r.role || coalesce('@' || r.project_id, '') FROM roles_held r WHERE r.person_id = p.id) AS roles`
  return person
}

async function bindPrepared(tx: Transaction, identity: Identity): Promise<Bound | undefined> {
  if (identity.verifiedEmail === null) return undefined
  // Whoever prepares somebody by this mail at this moment holds the same lock.
  await lockMail(tx, identity.verifiedEmail)
  const [person] = await tx.$queryRaw<Bound[]>`
    UPDATE people p
    SET issuer = ${identity.issuer}, subject = ${identity.subject}, name = coalesce(${identity.name}, p.name),
      email = ${identity.verifiedEmail}, bound_email = lower(${identity.verifiedEmail}), last_seen_at = now()
    WHERE p.subject IS NULL AND p.issuer IS NULL AND lower(p.email) = lower(${identity.verifiedEmail})
      AND NOT EXISTS (SELECT FROM people b WHERE b.bound_email = lower(${identity.verifiedEmail}))
    RETURNING p.id, p.email, p.name, p.disabled_at IS NOT NULL AS "isDisabled",
      ARRAY(SELECT r.role || coalesce('@' || r.project_id, '') FROM roles_held r WHERE r.person_id = p.id) AS roles`
  return person
}

async function addPerson(tx: Transaction, identity: Identity): Promise<Bound> {
  const [person] = await tx.$queryRaw<Bound[]>`
    INSERT INTO people (id, issuer, subject, email, name, last_seen_at)
    VALUES (${newUuid()}::uuid, ${identity.issuer}, ${identity.subject}, ${identity.verifiedEmail}, ${identity.name}, now())
    RETURNING id, email, name, false AS "isDisabled", ARRAY[]::text[] AS roles`
  if (person === undefined) throw new AppError('internal')
  return person
}

async function endPrevious(tx: Transaction, { previousTokenHash, client }: NewSignIn): Promise<void> {
  if (previousTokenHash === null) return
  await endSignInByTokenWithin(tx, { tokenHash: previousTokenHash, reason: 'replaced', client })
}

async function addSignIn(
  tx: Transaction,
  { identity, tokenHash, client, gave }: NewSignIn,
  { signInId, personId, sealed }: { signInId: string; personId: string; sealed: object },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO sign_ins (id, person_id, token_hash, expires_at, auth_time, acr, amr, address, user_agent, provider_session, secrets)
    VALUES (${signInId}::uuid, ${personId}::uuid, ${tokenHash}, now() + make_interval(hours => ${LONGEST_HOURS}), ${identity.authTime}::timestamptz,
      ${identity.acr}, ${[...identity.amr]}::text[], ${client.address}, ${client.userAgent}, ${gave?.providerSession ?? null},
      ${JSON.stringify(sealed)}::jsonb)`
}

function toAuditActor(
  identity: Identity,
  known: {
    readonly roles: readonly string[]
    readonly signInId: string | null
    readonly name: string | null
    readonly email: string | null
  },
): AuditActor {
  return {
    kind: 'person',
    issuer: identity.issuer,
    subject: identity.subject,
    ...known,
    signedInAt: known.signInId === null ? null : new Date(),
    acr: identity.acr,
    amr: identity.amr,
  }
}
