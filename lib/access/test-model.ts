import type { ErrorCode } from '../errors.ts'
import type { Right, RoleName } from './permissions.ts'

// For tests: what giving and taking access comes to, said once more in plain lines. No database, no clock, one thing
// after the other; whoever reads it should find nothing to wonder at.

export const PROJECTS = {
  retail: { region: 'eu', unit: 'branches', fourEyes: false, longestDays: 90 },
  wealth: { region: 'eu', unit: 'advice', fourEyes: true, longestDays: 30 },
} as const
export type ProjectName = keyof typeof PROJECTS

export const ARCHIVES = {
  r1: { project: 'retail', session: 'r', ageDays: 1, restricted: false },
  r2: { project: 'retail', session: 'r', ageDays: 40, restricted: true },
  w1: { project: 'wealth', session: 'w', ageDays: 1, restricted: false },
  w2: { project: 'wealth', session: 'w', ageDays: 40, restricted: false },
} as const
export type ArchiveName = keyof typeof ARCHIVES

/** A role for all projects (null) or for one. */
export type ModelRole = { readonly role: RoleName; readonly project: ProjectName | null }
export type Person = {
  readonly roles: readonly ModelRole[]
  readonly isDisabled: boolean
  readonly isInGroup: boolean
}

export const PEOPLE = ['admin', 'second', 'local', 'reviewer', 'partial', 'auditor', 'nobody'] as const
export type PersonName = (typeof PEOPLE)[number]

/** Everybody, as each sequence begins. */
export const BEGINNING: Readonly<Record<PersonName, Person>> = {
  admin: person([{ role: 'admin', project: null }]),
  second: person(
    [
      { role: 'admin', project: null },
      { role: 'reviewer', project: null },
    ],
    true,
  ),
  local: person([
    { role: 'admin', project: 'wealth' },
    { role: 'reviewer', project: 'retail' },
  ]),
  reviewer: person([{ role: 'reviewer', project: null }]),
  partial: person([{ role: 'reviewer', project: 'wealth' }], true),
  auditor: person([{ role: 'auditor', project: null }]),
  nobody: person([], true),
}

function person(roles: readonly ModelRole[], isInGroup = false): Person {
  return { roles, isDisabled: false, isInGroup }
}

/** Names of the above, or what there is not. */
export type Reach = {
  readonly kind: 'project' | 'region' | 'unit' | 'session' | 'archive'
  readonly of: string
}

/** Days are counted from now. */
type Asked = { readonly reach: Reach; readonly rights: readonly Right[]; readonly until: number }
type Given = Asked & {
  readonly to: PersonName | 'group'
  readonly from: number
  readonly maxAgeDays: number | null
}

/** `which` counts requests, and grants, in the order in which they came to be. */
export type Command =
  | ({ readonly act: 'give'; readonly by: PersonName } & Given)
  | ({ readonly act: 'ask'; readonly by: PersonName } & Asked)
  | {
      readonly act: 'decide'
      readonly by: PersonName
      readonly which: number
      readonly approve: boolean
      readonly rights: readonly Right[] | null
      readonly until: number | null
    }
  | {
      readonly act: 'approve' | 'refuse' | 'revoke'
      readonly by: PersonName
      readonly which: number
    }
  | {
      readonly act: 'roles'
      readonly by: PersonName
      readonly of: PersonName
      readonly roles: readonly ModelRole[]
    }
  | { readonly act: 'disable' | 'enable'; readonly by: PersonName; readonly of: PersonName }
  /** What comes about without anybody: a grant's end, 72 hours, the identity provider's word on a group. */
  | { readonly act: 'grant ends' | 'grant lapses' | 'request lapses'; readonly which: number }
  | { readonly act: 'joins' | 'leaves'; readonly of: PersonName }

type Grant = Given & {
  readonly by: PersonName
  readonly askedBy: PersonName | null
  readonly needsSecond: boolean
  approvedBy: PersonName | null
  state: 'standing' | 'ended' | 'taken back'
  hasLapsed: boolean
}
type Request = Asked & { readonly by: PersonName; isOpen: boolean }

export type Model = {
  readonly people: Record<PersonName, Person>
  readonly grants: Grant[]
  readonly requests: Request[]
}

export type Outcome = 'allowed' | ErrorCode

export function createModel(): Model {
  return { people: { ...BEGINNING }, grants: [], requests: [] }
}

/** What a command is answered, and what has changed then. */
export function step(model: Model, command: Command): Outcome {
  const { people, grants, requests } = model
  if (!('by' in command)) {
    comeAbout(model, command)
    return 'allowed'
  }
  const { by } = command
  if (people[by].isDisabled) return 'sign-in-expired'
  if (command.act !== 'ask' && !people[by].roles.some(({ role }) => role === 'admin')) return 'forbidden'

  switch (command.act) {
    case 'give': {
      if (!manages(people[by], command.reach)) return 'forbidden'
      if (findProjects(command.reach).length === 0) return 'scope-unknown'
      if (command.to === 'group' ? people[by].isInGroup : command.to === by) return 'own-access'
      if (command.to !== 'group' && people[command.to].isDisabled) return 'person-invalid'
      if (!isTimely(command, longestIn(command.reach))) return 'grant-invalid'
      return addGrant(model, command, { by, askedBy: null }) ? 'allowed' : 'roles-apart'
    }
    case 'ask': {
      if (!isTimely({ ...command, from: 0 }, 90)) return 'grant-invalid'
      if (!['session', 'archive'].includes(command.reach.kind) && findProjects(command.reach).length === 0)
        return 'scope-unknown'
      requests.push({ ...command, isOpen: true })
      return 'allowed'
    }
    case 'decide': {
      const request = requests[command.which]
      if (request === undefined || !manages(people[by], request.reach)) return 'forbidden'
      if (request.by === by) return 'own-access'
      if (!request.isOpen) return 'already-decided'
      if (!command.approve) {
        request.isOpen = false
        return 'allowed'
      }
      if (findProjects(request.reach).length === 0) return 'scope-unknown'
      const rights = command.rights ?? request.rights
      const until = command.until ?? request.until
      if (until > request.until || rights.some((right) => !request.rights.includes(right)))
        return 'grant-invalid'
      if (people[request.by].isDisabled) return 'person-invalid'
      if (!isTimely({ from: 0, until }, longestIn(request.reach))) return 'grant-invalid'
      const given = { ...request, rights, until, to: request.by, from: 0, maxAgeDays: null }
      if (!addGrant(model, given, { by, askedBy: request.by })) return 'roles-apart'
      request.isOpen = false
      return 'allowed'
    }
    case 'approve':
    case 'refuse': {
      const grant = grants[command.which]
      if (grant === undefined || !manages(people[by], grant.reach)) return 'forbidden'
      const isFor = grant.to === 'group' ? people[by].isInGroup : grant.to === by
      if (isFor || grant.by === by || grant.askedBy === by) return 'own-access'
      if (!isAwaiting(grant) || grant.hasLapsed) return 'already-decided'
      if (command.act === 'refuse') grant.state = 'taken back'
      else if (grant.state === 'ended') return 'grant-invalid'
      else if (grant.to !== 'group' && people[grant.to].isDisabled) return 'person-invalid'
      else if (!makeReviewer(model, grant)) return 'roles-apart'
      else grant.approvedBy = by
      return 'allowed'
    }
    case 'revoke': {
      const grant = grants[command.which]
      if (grant === undefined || !manages(people[by], grant.reach)) return 'forbidden'
      const isOver = isAwaiting(grant) ? grant.hasLapsed : grant.state === 'ended'
      if (!isOver) grant.state = 'taken back'
      return 'allowed'
    }
    case 'roles': {
      if (command.of === by) return 'own-access'
      const { roles, isDisabled } = people[command.of]
      const mayChange = (held: ModelRole): boolean => administers(people[by], held.project)
      const added = command.roles.filter((role) => !holds(roles, role))
      const kept = roles.filter((role) => holds(command.roles, role) || !mayChange(role))
      // One for all projects that is held already may be named by whoever could not give it.
      if (!command.roles.every((role) => mayChange(role) || (role.project === null && holds(roles, role))))
        return 'forbidden'
      if (isDisabled && added.length > 0) return 'person-invalid'
      const held = [...kept, ...added]
      if (held.some(({ role }) => role === 'auditor') && held.some(({ role }) => role !== 'auditor'))
        return 'roles-apart'
      const after = { ...people, [command.of]: { ...people[command.of], roles: held } }
      if (!roles.every((role) => holds(held, role) || isStillHeld(after, role))) return 'last-holder'
      people[command.of] = after[command.of]
      return 'allowed'
    }
    case 'disable':
    case 'enable': {
      if (command.of === by) return 'own-access'
      if (!administers(people[by], null)) return 'forbidden'
      const isDisabled = command.act === 'disable'
      const after = { ...people, [command.of]: { ...people[command.of], isDisabled } }
      if (isDisabled && !people[command.of].roles.every((role) => isStillHeld(after, role)))
        return 'last-holder'
      people[command.of] = after[command.of]
      return 'allowed'
    }
  }
}

/** Whether somebody may do something to a recording at this moment. */
export function may({ people, grants }: Model, who: PersonName, right: Right, archive: ArchiveName): boolean {
  const { project, session, ageDays, restricted } = ARCHIVES[archive]
  const { roles, isDisabled, isInGroup } = people[who]
  if (isDisabled || !roles.some((held) => held.role === 'reviewer' && (held.project ?? project) === project))
    return false
  return grants.some((grant) => {
    const isNamed = grant.reach.kind === 'session' || grant.reach.kind === 'archive'
    return (
      (grant.to === who ||
        (grant.to === 'group' && isInGroup && grant.by !== who && grant.approvedBy !== who)) &&
      grant.state === 'standing' &&
      !isAwaiting(grant) &&
      grant.from <= 0 &&
      grant.rights.includes(right) &&
      findProjects(grant.reach).includes(project) &&
      (!isNamed || grant.reach.of === session || grant.reach.of === archive) &&
      (grant.maxAgeDays === null || ageDays < grant.maxAgeDays) &&
      (right === 'recording:find' || !restricted || isNamed)
    )
  })
}

/** Makes whom something is given to a reviewer where it reaches, unless they are; not an auditor, which it answers. */
function makeReviewer(model: Model, given: Given): boolean {
  if (given.to === 'group' || reviews(model, given)) return true
  if (!mayReview(model, given)) return false
  const { people } = model
  const { roles } = people[given.to]
  people[given.to] = {
    ...people[given.to],
    roles: [...roles, { role: 'reviewer', project: onlyProject(given.reach) }],
  }
  return true
}

function reviews({ people }: Model, { to, reach }: Given): boolean {
  if (to === 'group') return false
  const wanted = onlyProject(reach)
  return people[to].roles.some(
    ({ role, project }) => role === 'reviewer' && (project === null || project === wanted),
  )
}

function mayReview(model: Model, given: Given): boolean {
  if (given.to === 'group' || reviews(model, given)) return true
  return !model.people[given.to].roles.some(({ role }) => role === 'auditor')
}

/** Of what is given, who gave it and who had asked for it. Not to an auditor, which it answers. */
function addGrant(
  model: Model,
  given: Given,
  { by, askedBy }: { readonly by: PersonName; readonly askedBy: PersonName | null },
): boolean {
  const { grants } = model
  const needsSecond = findProjects(given.reach).some((name) => PROJECTS[name].fourEyes)
  // The role comes with what lets it count.
  if (!(needsSecond ? mayReview(model, given) : makeReviewer(model, given))) return false
  grants.push({ ...given, by, askedBy, needsSecond, approvedBy: null, state: 'standing', hasLapsed: false })
  return true
}

function comeAbout({ people, grants, requests }: Model, fate: Exclude<Command, { by: PersonName }>): void {
  if ('of' in fate) {
    people[fate.of] = { ...people[fate.of], isInGroup: fate.act === 'joins' }
    return
  }
  const [grant, request] = [grants[fate.which], requests[fate.which]]
  if (fate.act === 'request lapses' && request !== undefined) request.isOpen = false
  if (fate.act === 'grant lapses' && grant !== undefined) grant.hasLapsed = true
  if (fate.act === 'grant ends' && grant?.state === 'standing' && grant.from <= 0) grant.state = 'ended'
}

function isAwaiting({ needsSecond, approvedBy, state }: Grant): boolean {
  return needsSecond && approvedBy === null && state !== 'taken back'
}

function isTimely(times: { readonly from: number; readonly until: number }, longestDays: number): boolean {
  const from = Math.max(times.from, 0)
  return times.until > from && times.until - from <= longestDays
}

/** Whether somebody is an administrator of a project; of all where none is named. */
function administers({ roles }: Person, name: ProjectName | null): boolean {
  return roles.some(({ role, project }) => role === 'admin' && (project === null || project === name))
}

function manages(somebody: Person, reach: Reach): boolean {
  return administers(somebody, onlyProject(reach))
}

/** The project that all of it lies in; null where it lies in several, or is not known. */
function onlyProject(reach: Reach): ProjectName | null {
  return reach.kind === 'region' || reach.kind === 'unit' ? null : (findProjects(reach)[0] ?? null)
}

function findProjects({ kind, of }: Reach): ProjectName[] {
  const names: readonly ProjectName[] = ['retail', 'wealth']
  const archives = Object.entries(ARCHIVES)
  return names.filter((name) => {
    if (kind === 'project') return name === of
    if (kind === 'region' || kind === 'unit') return PROJECTS[name][kind] === of
    return archives.some(
      ([id, { project, session }]) => project === name && of === (kind === 'session' ? session : id),
    )
  })
}

function longestIn(reach: Reach): number {
  return Math.min(...findProjects(reach).map((name) => PROJECTS[name].longestDays))
}

function holds(roles: readonly ModelRole[], { role, project }: ModelRole): boolean {
  return roles.some((held) => held.role === role && held.project === project)
}

/** Whether somebody remains who is, in its place, what a role was that somebody loses. */
function isStillHeld(people: Model['people'], lost: ModelRole): boolean {
  if (lost.role === 'reviewer') return true
  return Object.values(people).some(
    ({ roles, isDisabled }) =>
      !isDisabled &&
      roles.some(({ role, project }) => role === lost.role && (project === null || project === lost.project)),
  )
}
