import type { FilePerson, FileRole } from '../access-file-schema.ts'
import type { Applying, KnownPerson, KnownProjects } from '../applying.ts'
import { findUnheld, type HeldRole } from '../people/lock-holders.ts'
import { recordRoles } from '../people/record-roles.ts'
import { roleText } from '../permissions.ts'

type Kept = HeldRole & { readonly id: string; readonly personId: string }

/** Gives the people of a file the roles it lists, and takes from them what it does not. The caller holds `lockHolders`. */
export async function applyRoles(
  applying: Applying,
  given: readonly FilePerson[],
  people: ReadonlyMap<string, KnownPerson>,
): Promise<void> {
  const ids = given.flatMap(({ email }) => people.get(email)?.id ?? [])
  const kept = await applying.tx.roleHeld.findMany({
    where: { personId: { in: ids } },
    select: { id: true, personId: true, role: true, projectId: true },
    orderBy: [{ role: 'asc' }, { projectId: 'asc' }],
  })
  const keptBy = Map.groupBy(kept, ({ personId }) => personId)
  const taken: Taken[] = []
  for (const [index, { email, roles }] of given.entries()) {
    const person = people.get(email)
    if (person === undefined) continue
    const wanted = roles.flatMap((role) => spread(role, applying.projects))
    const gone = await applyRolesOf(applying, { person, wanted, kept: keptBy.get(person.id) ?? [] })
    taken.push(...gone.map((held) => ({ index, held })))
  }
  await refuseLastHolders(applying, taken)
}

type Taken = { readonly index: number; readonly held: HeldRole }

/** Judged by the whole file: it may give a role to somebody else after it takes it. */
async function refuseLastHolders({ tx, fault }: Applying, taken: readonly Taken[]): Promise<void> {
  const unheld = await findUnheld(
    tx,
    taken.map(({ held }) => held),
  )
  for (const { index, held } of taken) {
    const lost = unheld.find((each) => roleText(each) === roleText(held))
    if (lost === undefined) continue
    const where = lost.project === null ? 'all projects' : lost.project
    fault(['people', index, 'roles'], `would leave nobody who is ${lost.role} of ${where}`)
  }
}

type Step = {
  readonly person: KnownPerson
  readonly wanted: readonly HeldRole[]
  readonly kept: readonly Kept[]
}

async function applyRolesOf(applying: Applying, { person, wanted, kept }: Step): Promise<readonly Kept[]> {
  const { tx, record, say } = applying
  const [before, after] = [kept.map(roleText), wanted.map(roleText)]
  const gone = kept.filter((held) => !after.includes(roleText(held)))
  const added = wanted.filter((held) => !before.includes(roleText(held)))
  if (gone.length === 0 && added.length === 0) {
    if (!person.isNew) say(`${person.email}: roles not changed`)
    return []
  }
  // First: whoever was an auditor cannot be anything else while they still are.
  await tx.roleHeld.deleteMany({ where: { id: { in: gone.map(({ id }) => id) } } })
  await tx.roleHeld.createMany({ data: added.map((held) => ({ personId: person.id, ...held })) })
  say(`${person.email}: roles: ${renderRoles(wanted, applying)}; were: ${renderRoles(kept, applying)}`)
  await recordRoles(tx, (facts) => record({ ...facts, action: 'role.changed' }), {
    ...{ person, before: kept, after: wanted },
  })
  return gone
}

function spread({ role, projects }: FileRole, known: KnownProjects): HeldRole[] {
  if (projects === null) return [{ role, projectId: null }]
  return projects.flatMap((name) => {
    const project = known.get(name)
    return project === undefined ? [] : { role, projectId: project.id }
  })
}

function renderRoles(roles: readonly HeldRole[], { projects }: Applying): string {
  const names = new Map([...projects.values()].map(({ id, name }) => [id, name]))
  const said = roles.map(({ role, projectId }) =>
    projectId === null ? role : `${role} of ${names.get(projectId) ?? projectId}`,
  )
  return said.join(', ') || 'none'
}
