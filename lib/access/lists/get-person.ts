import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { findManaged } from '../managed.ts'
import { findPeopleRows, type PersonRow } from '../people/find-people-rows.ts'
import { listSignInsOf, type SignInLine } from '../people/list-sign-ins.ts'
import type { FoundLines } from './find-access-lines.ts'
import { listAccess } from './list-access.ts'

export type PersonView = PersonRow & {
  /** Every grant of theirs, their groups' among them; those that have ended last. */
  readonly lines: FoundLines['lines']
  /** Where the next lines begin; null at the end. */
  readonly next: string | null
  readonly signIns: readonly SignInLine[]
}

type PersonQuery = {
  readonly now: Date
  /** The `next` of the lines before; left out for the first. */
  readonly after?: string | null
}

/**
 * Somebody with all that an administrator may know of them. On record: it says what they may see.
 * @throws AppError `forbidden`, on record, for somebody who is not known or holds nothing where the actor administers
 */
export async function getPerson(
  services: Services,
  actor: Actor,
  personId: string,
  { now, after = null }: PersonQuery,
): Promise<PersonView> {
  const id = personId.toLowerCase()
  const { lines, next } = await listAccess(services, actor, { reach: { personId: id }, after, now })
  const [person] = await findPeopleRows(services.db, findManaged(actor), { ids: [id], now })
  if (person === undefined) throw new AppError('forbidden')
  return { ...person, lines, next, signIns: await listSignInsOf(services, actor, id) }
}
