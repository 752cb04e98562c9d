import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'

/** An export has a connection of its own and keeps a processor of the database at work. */
const MOST_AT_ONCE = 4
/** So that one person leaves something to the others. */
const MOST_OF_ONE_PERSON = 2
/** Busy places are free again when a file is through, which nobody knows. */
const RETRY_AFTER_SECONDS = 30

/** Whose each place is that is taken, by their id. */
const taken = new WeakMap<Services, readonly string[]>()

/**
 * One of the few exports that a process makes at a time: what gives the place back. Throws `rate-limited` when none is left,
 * or none for this person.
 */
export function takePlace(services: Services, { personId }: Pick<Actor, 'personId'>): () => void {
  const inUse = taken.get(services) ?? []
  if (inUse.filter((id) => id === personId).length >= MOST_OF_ONE_PERSON)
    throw refusal(
      'Two exports of yours are under way. Take them first, or have this one made in the background.',
    )
  if (inUse.length >= MOST_AT_ONCE) throw refusal('Other exports are under way. Try again in half a minute.')
  taken.set(services, [...inUse, personId])
  let isHeld = true
  return () => {
    const now = taken.get(services) ?? []
    if (isHeld) taken.set(services, now.toSpliced(now.indexOf(personId), 1))
    isHeld = false
  }
}

function refusal(detail: string): AppError {
  return new AppError('rate-limited', detail, { facts: { retryAfterSeconds: RETRY_AFTER_SECONDS } })
}
