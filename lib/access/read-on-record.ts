import type { Actor } from '../auth/actor.ts'
import { isAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { type DeedOf, recordRefused } from './act.ts'

type Reading = {
  readonly actor: Actor
  readonly body: Promise<unknown>
  readonly deedOf: DeedOf
}

/**
 * What `parse` makes of the body of somebody who asks for a change. One that cannot be read is on record before it is
 * told, as the act that it was meant to be. Throws what `parse` and the reading of the body throw.
 */
export async function readOnRecord<T>(
  services: Services,
  { actor, body, deedOf }: Reading,
  parse: (body: unknown) => T,
): Promise<T> {
  // What is no JSON says nothing.
  let said = {}
  try {
    const read = await body
    if (typeof read === 'object' && read !== null) said = { ...read }
    return parse(read)
  } catch (error) {
    if (isAppError(error)) await recordRefused(services, { actor, ...deedOf(said) }, error.code)
    throw error
  }
}
