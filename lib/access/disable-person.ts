import { z } from 'zod'
import { type Actor, auditActor } from '../auth/actor.ts'
import { endSignInWithin } from '../auth/end-sign-in.ts'
import { AppError } from '../errors.ts'
import { parseBody } from '../parse-body.ts'
import { plainText, requireWords } from '../plain-words.ts'
import type { Services } from '../services.ts'
import { type Act, act } from './act.ts'
import { requireAnother } from './check-grant.ts'
import { lockPerson } from './set-roles.ts'

export type PersonState = { readonly disabled: boolean; readonly word: string }

const BODY = z.object({
  disabled: z.boolean(),
  word: z.string().max(10_000, 'must have 2,000 characters or fewer').transform(plainText),
})

/** Reads the body of `PUT /access/people/{id}/state`. Throws `request-invalid`. */
export function parsePersonState(body: unknown): PersonState {
  const { disabled, word } = parseBody(body, BODY)
  return { disabled, word: word.trim() }
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
  const action = disabled ? 'person.disabled' : 'person.enabled'
  const about = { target: { kind: 'person', id: personId.slice(0, 64) }, reason: word }
  await act(services, { actor, action, about }, async (doing) => {
    if (!actor.roles.some(({ role, projectId }) => role === 'admin' && projectId === null))
      throw new AppError('forbidden')
    requireAnother(personId === actor.personId)
    requireWords('word', word)
    const person = await lockPerson(doing, personId)
    if (person.isDisabled === disabled) return
    await doing.tx.$executeRaw`
      UPDATE people SET disabled_at = CASE WHEN ${disabled} THEN now() END WHERE id = ${personId}::uuid`
    if (disabled) await endSignIns(doing, personId)
    await doing.record(action)
  })
}

async function endSignIns({ tx, actor }: Act, personId: string): Promise<void> {
  const going = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM sign_ins WHERE person_id = ${personId}::uuid AND ended_at IS NULL`
  for (const { id } of going)
    await endSignInWithin(tx, {
      signInId: id,
      reason: 'disabled',
      client: actor.client,
      by: auditActor(actor),
    })
}
