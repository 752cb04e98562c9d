import { newUuid } from '../../uuid.ts'
import type { FileGrant } from '../access-file-schema.ts'
import type { Applying, KnownPerson, KnownProject } from '../applying.ts'
import { renderWait, tellOfWait, waits } from '../giving/waiting.ts'
import { isTooLong } from '../grant-length.ts'
import { factsOfGrant, getGrantRow } from '../grant-row.ts'
import { type GrantState, planGrantState } from '../held-access.ts'

type Kept = {
  readonly id: string
  readonly personId: string | null
  readonly groupName: string | null
  readonly projectId: string | null
  readonly sessionId: string | null
  readonly archiveId: string | null
  readonly rights: readonly string[]
  readonly validFrom: Date
  readonly validUntil: Date
  readonly reason: string
  readonly revokedAt: Date | null
  readonly givenAt: Date
  readonly needsSecond: boolean
  readonly approvedAt: Date | null
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
 * the file says beyond that is a new one, and so is more of one that waits for a second administrator.
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
  const lasting = kept.find((row) => PAST[planGrantState(row, now)] === undefined)
  if (lasting !== undefined && waits(lasting) && isMore(lasting, grant)) {
    await takeBack(applying, step, lasting)
    return giveGrant(applying, step)
  }
  if (lasting !== undefined) return changeGrant(applying, step, lasting)
  const past = kept.find((row) => findChanges(row, grant).length === 0)
  if (past === undefined) return giveGrant(applying, step)
  const why = PAST[planGrantState(past, now)] ?? 'is over'
  applying.say(`${label}: the grant until ${past.validUntil.toISOString()} ${why} and stays so`)
}

/** Grants that are never revived, and why. */
const PAST: Readonly<Partial<Record<GrantState, string>>> = {
  ended: 'has ended',
  'taken back': 'was taken back',
  lapsed: 'lapsed without a second administrator',
}

async function giveGrant(applying: Applying, step: Step): Promise<void> {
  const { tx, record, say, fault } = applying
  const { grant, path, person, project, now } = step
  const { rights, from = now, until, reason } = grant
  if (until <= from) return fault([...path, 'until'], 'is past, and from, when left out, is now')
  if (isTooLongHere(step, from)) return faultTooLong(applying, step)
  const given = await tx.grant.create({
    data: {
      id: newUuid(),
      personId: person.id,
      projectId: project.id,
      rights,
      validFrom: from,
      validUntil: until,
      reason,
    },
  })
  say(`${person.email} on ${project.name}: granted ${render(rights, from, until)}${renderWait(given)}`)
  await record({ action: 'grant.given', ...logged(step, given), after: state(given) })
  if (waits(given)) await tellOfWait(tx, await getGrantRow(tx, given.id))
}

async function changeGrant(applying: Applying, step: Step, kept: Kept): Promise<void> {
  const { tx, record, say, fault } = applying
  const { grant, path, person, project } = step
  const { rights, from = kept.validFrom, until } = grant
  const label = `${person.email} on ${project.name}`
  const changes = findChanges(kept, grant)
  if (changes.length === 0) return say(`${label}: grant not changed${renderWait(kept)}`)
  if (until <= from) return fault([...path, 'until'], 'must be after the time the grant began')
  const isLonger = until > kept.validUntil || from < kept.validFrom
  if (isLonger && isTooLongHere(step, from)) return faultTooLong(applying, step)
  const changed = await tx.grant.update({
    where: { id: kept.id },
    data: { rights, validFrom: from, validUntil: until },
  })
  say(`${label}: grant changed (${changes.join(', ')}): ${render(rights, from, until)}${renderWait(changed)}`)
  await record({
    action: 'grant.changed',
    ...logged(step, kept),
    before: state(kept),
    after: state(changed),
  })
  if (waits(changed) && !waits(kept)) await tellOfWait(tx, await getGrantRow(tx, changed.id))
}

/** What somebody is about to approve must not become more under their hand: that is another one, to be looked at anew. */
async function takeBack({ tx, record, say }: Applying, step: Step, kept: Kept): Promise<void> {
  await tx.$executeRaw`UPDATE grants SET revoked_at = now() WHERE id = ${kept.id}::uuid`
  say(`${step.person.email} on ${step.project.name}: the grant that waited is taken back, for more is given`)
  await record({ action: 'grant.revoked', ...logged(step, kept), before: state(kept) })
}

function isMore(kept: Kept, { rights, from, until }: FileGrant): boolean {
  const isEarlier = from !== undefined && from < kept.validFrom
  return isEarlier || until > kept.validUntil || rights.some((right) => !kept.rights.includes(right))
}

function isTooLongHere({ grant, project, now }: Step, from: Date): boolean {
  const { longestGrantDays: longestDays } = project
  return longestDays !== null && isTooLong({ from, until: grant.until, now, longestDays })
}

function faultTooLong({ fault }: Applying, { path, project }: Step): void {
  const { name, longestGrantDays } = project
  fault([...path, 'until'], `is further than ${longestGrantDays} days, which is the longest on ${name}`)
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
function logged({ grant, project }: Step, row: Kept) {
  const { name: projectName, region } = project
  return { ...factsOfGrant({ ...row, projectName, region }), reason: grant.reason }
}

type Said = Pick<Kept, 'rights' | 'validFrom' | 'validUntil' | 'needsSecond' | 'approvedAt'>

function state(row: Said): Record<string, unknown> {
  const { rights, validFrom, validUntil } = row
  const times = { from: validFrom.toISOString(), until: validUntil.toISOString() }
  return { rights, ...times, ...(waits(row) && { needsSecond: true }) }
}

function render(rights: readonly string[], from: Date, until: Date): string {
  return `${rights.join(', ')}, from ${from.toISOString()} until ${until.toISOString()}`
}
