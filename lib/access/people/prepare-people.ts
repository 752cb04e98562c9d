import { newUuid } from '../../uuid.ts'
import type { Applying, KnownPerson } from '../applying.ts'
import { lockMail } from './lock-mail.ts'

type Row = Omit<KnownPerson, 'isNew'> & { readonly boundEmail: string | null }
export type Path = readonly (string | number)[]

/** Of applying a file, what preparing people needs. */
export type Preparing = Pick<Applying, 'tx' | 'say' | 'fault'>

/**
 * The people that mails name, each with the place that names it: whoever was bound by that mail; else whoever signs in with it, who is bound to it
 * now; else somebody prepared, who is bound at the first sign-in.
 */
export async function preparePeople(
  applying: Preparing,
  places: ReadonlyMap<string, Path>,
): Promise<Map<string, KnownPerson>> {
  const mails = [...places.keys()]
  const first = await findRows(applying, mails)
  // Nobody signs in by one of these for the first time while they are prepared, and who just has is found now.
  const unknown = mails.filter((mail) => !first.some((row) => isCalled(row, mail)))
  for (const mail of unknown.toSorted()) await lockMail(applying.tx, mail)
  const rows = unknown.length === 0 ? first : [...first, ...(await findRows(applying, unknown))]

  const people = new Map<string, KnownPerson>()
  for (const [mail, path] of places) {
    const known = choose(rows, mail)
    if (known.length > 1) applying.fault(path, 'is the mail of several people who have signed in')
    const [row] = known
    people.set(mail, row === undefined ? await prepare(applying, mail) : await bind(applying, row, mail))
  }
  refuseTwoMailsOfOne(people, places, applying)
  return people
}

async function findRows({ tx }: Preparing, mails: readonly string[]): Promise<Row[]> {
  return tx.$queryRaw<Row[]>`
    SELECT id, lower(email) AS email, bound_email AS "boundEmail", issuer, subject,
      disabled_at IS NOT NULL AS "isDisabled"
    FROM people WHERE lower(email) = ANY(${mails}) OR bound_email = ANY(${mails})`
}

function isCalled({ email, boundEmail }: Row, mail: string): boolean {
  return email === mail || boundEmail === mail
}

/** One, none, or several that cannot be told apart. */
function choose(rows: readonly Row[], mail: string): readonly Row[] {
  const called = rows.filter((row) => isCalled(row, mail))
  const bound = called.filter(({ boundEmail }) => boundEmail === mail)
  if (bound.length > 0) return bound
  const signedIn = called.filter(({ subject }) => subject !== null)
  return signedIn.length > 0 ? signedIn : called
}

async function prepare({ tx, say }: Preparing, mail: string): Promise<KnownPerson> {
  const id = newUuid()
  await tx.person.create({ data: { id, email: mail } })
  say(`${mail}: added, known from the first sign-in on`)
  return { id, email: mail, issuer: null, subject: null, isDisabled: false, isNew: true }
}

async function bind({ tx, say }: Preparing, row: Row, mail: string): Promise<KnownPerson> {
  const { boundEmail, ...person } = row
  if (person.subject !== null && boundEmail === null)
    await tx.person.update({ where: { id: person.id }, data: { boundEmail: mail } })
  if (person.email !== mail) say(`${mail}: means ${person.email}, who was bound by it`)
  if (person.isDisabled) say(`${mail}: is disabled and stays so`)
  return { ...person, email: mail, isNew: false }
}

function refuseTwoMailsOfOne(
  people: ReadonlyMap<string, KnownPerson>,
  places: ReadonlyMap<string, Path>,
  { fault }: Preparing,
): void {
  const seen = new Set<string>()
  for (const [mail, { id }] of people) {
    if (seen.has(id)) fault(places.get(mail) ?? [], 'is another mail of a person whom the file names already')
    seen.add(id)
  }
}
