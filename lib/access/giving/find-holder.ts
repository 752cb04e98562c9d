import { AppError } from '../../errors.ts'
import { email } from '../access-file-schema.ts'
import type { Act } from '../act.ts'
import { requireAnother } from '../check-grant.ts'
import { preparePeople } from '../people/prepare-people.ts'
import type { WantedGrant } from '../wanted.ts'

/** Whom a grant is for. */
export type GrantHolder =
  | { readonly kind: 'person'; readonly personId: string }
  | { readonly kind: 'group'; readonly name: string }

/**
 * Finds whom a grant is to be for, and prepares them where they have never signed in. Throws `person-invalid`, and
 * `own-access` for the actor themselves or a group of theirs.
 */
export async function findHolder({ tx, actor, note }: Act, { to }: WantedGrant): Promise<GrantHolder> {
  if (to.kind === 'group') {
    const [row] = await tx.$queryRaw<{ isIn: boolean; isKnown: boolean }[]>`
      SELECT ${to.name} = ANY (groups) AS "isIn",
        EXISTS (SELECT FROM people WHERE groups @> ARRAY[${to.name}::text]) AS "isKnown"
      FROM people WHERE id = ${actor.personId}::uuid`
    // A name that is nobody's group may be anything that somebody typed; the log keeps it where the grant is given.
    note({ target: { kind: 'group', id: row?.isKnown === true ? to.name : 'unknown' } })
    requireAnother(row?.isIn === true)
    return to
  }
  const mail = email.safeParse(to.email)
  if (!mail.success)
    throw new AppError(
      'person-invalid',
      'This is no mail address in plain letters. Write it as they sign in with it; what only looks alike is another.',
    )
  const faults: string[] = []
  const people = await preparePeople(
    { tx, say: () => {}, fault: (_, message) => faults.push(message) },
    new Map([[mail.data, ['email']]]),
  )
  const person = people.get(mail.data)
  if (person === undefined || faults.length > 0)
    throw new AppError(
      'person-invalid',
      `The mail ${faults[0] ?? 'is nobody’s'}. Give access to each by another of theirs.`,
    )
  note({ target: { kind: 'person', id: person.id } })
  requireAnother(person.id === actor.personId)
  if (person.isDisabled)
    throw new AppError(
      'person-invalid',
      'This person is disabled. Enable them first, if they are to have access again.',
    )
  return { kind: 'person', personId: person.id }
}
