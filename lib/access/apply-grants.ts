import { newUuid } from '../uuid.ts'
import type { FileGrant } from './access-file-schema.ts'
import type { Applying, KnownPerson, KnownProject } from './applying.ts'

type Kept = {
  readonly id: string
  readonly personId: string | null
  readonly projectId: string | null
  readonly rights: readonly string[]
  readonly validFrom: Date
  readonly validUntil: Date
  readonly reason: string
  readonly revokedAt: Date | null
}

type Step = {
  readonly grant: FileGrant
  readonly path: readonly (string | number)[]
  readonly person: KnownPerson
  readonly project: KnownProject
  readonly now: Date
}

/**
 * Gives the grants of a file. One is the same as before when person, project and reason are, and it was given by a file
 * too; while it lasts, the file moves its rights and its times. One that has ended or was taken back stays as it is: what
 * the file says beyond that is a new one.
 */
export async function applyGrants(
  applying: Applying,
  given: readonly FileGrant[],
  people: ReadonlyMap<string, KnownPerson>,
): Promise<void> {
  const [clock] = await applying.tx.$queryRaw<{ now: Date }[]>`SELECT now() AS now`
  const rows = await applying.tx.grant.findMany({
    where: { personId: { in: [...people.values()].map(({ id }) => id) }, givenBy: null, scope: 'project' },
    orderBy: [{ validUntil: 'desc' }, { id: 'desc' }],
  })
  for (const [index, grant] of given.entries()) {
    const person = people.get(grant.email)
    const project = applying.projects.get(grant.project)
    if (person === undefined || project === undefined || clock === undefined) continue
    const step: Step = { grant, path: ['grants', index], person, project, now: clock.now }
    await applyGrant(
      applying,
      step,
      rows.filter((row) => isOf(row, step)),
    )
  }
}

async function applyGrant(applying: Applying, step: Step, kept: readonly Kept[]): Promise<void> {
  const { grant, person, project, now } = step
  const label = `${person.email} on ${project.name}`
  const lasting = kept.find(({ revokedAt, validUntil }) => revokedAt === null && validUntil > now)
  if (lasting !== undefined) return changeGrant(applying, step, lasting)
  const past = kept.find((row) => findChanges(row, grant).length === 0)
  if (past === undefined) return giveGrant(applying, step)
  const why = past.revokedAt === null ? 'has ended' : 'was taken back'
  applying.say(`${label}: the grant until ${past.validUntil.toISOString()} ${why} and stays so`)
}

async function giveGrant({ tx, record, say, fault }: Applying, step: Step): Promise<void> {
  const { grant, path, person, project, now } = step
  const { rights, from = now, until, reason } = grant
  if (until <= from) return fault([...path, 'until'], 'is past, and from, when left out, is now')
  const id = newUuid()
  await tx.grant.create({
    data: {
      id,
      personId: person.id,
      projectId: project.id,
      rights,
      validFrom: from,
      validUntil: until,
      reason,
    },
  })
  say(`${person.email} on ${project.name}: granted ${render(rights, from, until)}`)
  await record({ action: 'grant.given', ...logged(step, id), after: state(rights, from, until) })
}

async function changeGrant({ tx, record, say, fault }: Applying, step: Step, kept: Kept): Promise<void> {
  const { grant, path, person, project } = step
  const { rights, from = kept.validFrom, until } = grant
  const label = `${person.email} on ${project.name}`
  const changes = findChanges(kept, grant)
  if (changes.length === 0) return say(`${label}: grant not changed`)
  if (until <= from) return fault([...path, 'until'], 'must be after the time the grant began')
  await tx.grant.update({ where: { id: kept.id }, data: { rights, validFrom: from, validUntil: until } })
  say(`${label}: grant changed (${changes.join(', ')}): ${render(rights, from, until)}`)
  await record({
    action: 'grant.changed',
    ...logged(step, kept.id),
    before: state(kept.rights, kept.validFrom, kept.validUntil),
    after: state(rights, from, until),
  })
}

function isOf(row: Kept, { grant, person, project }: Step): boolean {
  return row.personId === person.id && row.projectId === project.id && row.reason === grant.reason
}

function findChanges(kept: Kept, { rights, from, until }: FileGrant): string[] {
  const sameRights = rights.toSorted().join() === kept.rights.toSorted().join()
  const sameFrom = from === undefined || from.getTime() === kept.validFrom.getTime()
  const sameUntil = until.getTime() === kept.validUntil.getTime()
  return [...(sameRights ? [] : ['rights']), ...(sameFrom ? [] : ['from']), ...(sameUntil ? [] : ['until'])]
}

/** The reason is personal and stands where it can be dropped; the rest is the row's own. */
function logged({ grant, person, project }: Step, id: string) {
  return {
    target: { kind: 'person', id: person.id },
    grantId: id,
    projectId: project.id,
    projectName: project.name,
    ...(project.region === null ? {} : { region: project.region }),
    reason: grant.reason,
  }
}

function state(rights: readonly string[], from: Date, until: Date): Record<string, unknown> {
  return { rights, from: from.toISOString(), until: until.toISOString() }
}

function render(rights: readonly string[], from: Date, until: Date): string {
  return `${rights.join(', ')}, from ${from.toISOString()} until ${until.toISOString()}`
}
