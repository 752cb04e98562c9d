import { newEventId } from '../audit/record.ts'
import type { AccessFile } from './access-file-schema.ts'
import type { Applying, KnownPerson } from './applying.ts'

type Row = Omit<KnownPerson, 'isNew'>

/**
 * The people a file names, by mail. Who has signed in with a mail, verified, is known by it; somebody who has not is
 * prepared, and bound at the first sign-in.
 */
export async function preparePeople(
  { tx, fault, say }: Applying,
  { people, grants }: AccessFile,
): Promise<Map<string, KnownPerson>> {
  const places = new Map<string, readonly (string | number)[]>()
  for (const [index, { email }] of grants.entries()) places.set(email, ['grants', index, 'email'])
  for (const [index, { email }] of people.entries()) places.set(email, ['people', index, 'email'])
  const rows = await tx.$queryRaw<Row[]>`
    SELECT id, lower(email) AS email, issuer, subject, disabled_at IS NOT NULL AS "isDisabled"
    FROM people WHERE lower(email) = ANY(${[...places.keys()]})`
  const byMail = Map.groupBy(rows, ({ email }) => email)

  const found = new Map<string, KnownPerson>()
  for (const [email, path] of places) {
    const known = byMail.get(email) ?? []
    const bound = known.filter(({ subject }) => subject !== null)
    if (bound.length > 1) fault(path, 'is the mail of several people who have signed in')
    const [person] = bound.length > 0 ? bound : known
    if (person !== undefined) {
      found.set(email, { ...person, isNew: false })
      if (person.isDisabled) say(`${email}: is disabled and stays so`)
      continue
    }
    const id = newEventId()
    await tx.person.create({ data: { id, email } })
    found.set(email, { id, email, issuer: null, subject: null, isDisabled: false, isNew: true })
    say(`${email}: added, known from the first sign-in on`)
  }
  return found
}
