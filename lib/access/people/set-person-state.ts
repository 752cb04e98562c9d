import { z } from 'zod'
import { type Actor, auditActor } from '../../auth/actor.ts'
import { endSignInWithin } from '../../auth/end-sign-in.ts'
import { AppError } from '../../errors.ts'
import { parseBody } from '../../parse-body.ts'
import { plainText, requireWords } from '../../plain-words.ts'
import type { Services } from '../../services.ts'
import { toLoggedId } from '../../uuid.ts'
import { type Act, act, type DeedOf } from '../act.ts'
import { requireAnother } from '../check-grant.ts'
import { findManaged } from '../managed.ts'
import { readHeldRoles } from '../read-held-roles.ts'
import { lockHolders, requireHolders } from './lock-holders.ts'
import { lockPerson } from './lock-person.ts'

export type PersonState = { readonly disabled: boolean; readonly word: string }

const BODY = z.strictObject({
  disabled: z.boolean(),
  word: z.string().max(10_000, 'must have 2,000 characters or fewer').transform(plainText),
})

/** Reads the body of `PUT /access/people/{id}/state`. Throws `request-invalid`. */
export function parsePersonState(body: unknown): PersonState {
  const { disabled, word } = parseBody(body, BODY)
  return { disabled, word: word.trim() }
}

/** How a change of somebody's state is on record; one that does not say that it lets them in disables them. */
export function deedOfState(personId: string): DeedOf {
  const about = { target: { kind: 'person', id: toLoggedId(personId) } }
  return ({ disabled }) => ({ action: disabled === false ? 'person.enabled' : 'person.disabled', about })
}

/**
 * Disables somebody, which ends all their sign-ins at once, or lets them in again: their roles and grants stand as they
 * did, their sign-ins do not. For administrators of all projects. On record, and so is a refusal: `forbidden`,
 * `own-access`, `last-holder`, `reason-invalid`.
 */
export async function setPersonState(
  services: Services,
  actor: Actor,
  { personId, disabled, word }: PersonState & { readonly personId: string },
): Promise<void> {
  const { action, about } = deedOfState(personId)({ disabled })
  await act(services, { actor, action, about: { ...about, reason: word } }, async (doing) => {
    const { tx, record } = doing
    const id = personId.toLowerCase()
    requireAnother(id === actor.personId)
    await lockHolders(tx)
    // Anew: whoever held the lock until now may have taken theirs.
    const roles = await readHeldRoles(tx, actor.personId)
    if (findManaged({ roles }) !== 'all') throw new AppError('forbidden')
    requireWords('word', word)
    const { isDisabled, issuer, subject } = await lockPerson(tx, id)
    if (isDisabled === disabled) return
    await tx.$executeRaw`
      UPDATE people SET disabled_at = CASE WHEN ${disabled} THEN now() END WHERE id = ${id}::uuid`
    if (disabled) await shutOut(doing, id)
    await record(action, { after: { issuer, subject } })
  })
}

async function shutOut({ tx, actor }: Act, personId: string): Promise<void> {
  const roles = await tx.roleHeld.findMany({ where: { personId }, select: { role: true, projectId: true } })
  await requireHolders(tx, roles)
  // In the order in which all do that end several: the provider may say at this moment that they have ended.
  const going = await tx.signIn.findMany({
    where: { personId, endedAt: null },
    orderBy: { id: 'asc' },
    select: { id: true },
  })
  const ending = { reason: 'disabled', client: actor.client, by: auditActor(actor) } as const
  for (const { id: signInId } of going) await endSignInWithin(tx, { signInId, ...ending })
}
