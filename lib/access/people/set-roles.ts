import { z } from 'zod'
import type { Prisma } from '../../../prisma/client/client.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { parseBody } from '../../parse-body.ts'
import type { Services } from '../../services.ts'
import { newUuid, toLoggedId } from '../../uuid.ts'
import { type FileRole, role as fileRole } from '../access-file-schema.ts'
import { type Act, type ActFacts, act, type Deed } from '../act.ts'
import { requireAnother } from '../check-grant.ts'
import { findManaged, type Managed } from '../managed.ts'
import { roleText } from '../permissions.ts'
import { readHeldRoles } from '../read-held-roles.ts'
import { type HeldRole, lockHolders, requireHolders } from './lock-holders.ts'
import { lockPerson } from './lock-person.ts'
import { recordRoles } from './record-roles.ts'
import { type NamedRole, renderRoles } from './render-roles.ts'

type Kept = NamedRole & { readonly id: string }

/** What somebody is to hold, and what they held as it was shown to whoever says so; null where that is not said. */
export type WantedRoles = { readonly roles: readonly FileRole[]; readonly was: readonly FileRole[] | null }

const list = z.array(fileRole).max(100, 'must be 100 or fewer')
const BODY = z.strictObject({ roles: list, was: list.optional() })

/** Reads the body of `PUT /access/people/{id}/roles`: the form of an access file. Throws `request-invalid`. */
export function parseRoles(body: unknown): WantedRoles {
  const { roles, was = null } = parseBody(body, BODY)
  return { roles, was }
}

/** How a change of somebody's roles is on record. */
export function deedOfRoles(personId: string): Deed {
  const id = toLoggedId(personId)
  return { action: 'role.changed', about: { target: { kind: 'person', id } } }
}

/**
 * Gives somebody the roles listed and takes from them what is not, as far as the actor administers: who does so for some
 * projects leaves what is held elsewhere, and for all, as it is. Answers what they hold then, as far as the actor may
 * know. On record, and so is a refusal: `forbidden`, `own-access`, `scope-unknown`, `person-invalid`, `roles-apart`,
 * `last-holder`, and `changed-meanwhile` where what the actor was shown is no longer held.
 */
export async function setRoles(
  services: Services,
  actor: Actor,
  { personId, roles, was }: WantedRoles & { readonly personId: string },
): Promise<ReturnType<typeof renderRoles>> {
  return act(services, { actor, ...deedOfRoles(personId) }, async (doing) => {
    requireAnother(personId.toLowerCase() === actor.personId)
    await lockHolders(doing.tx)
    // Anew: whoever held the lock until now may have taken theirs.
    const managed = findManaged({ roles: await readHeldRoles(doing.tx, actor.personId) })
    if (managed.length === 0) throw new AppError('forbidden')
    const person = await lockPerson(doing.tx, personId)
    const kept = await findKept(doing.tx, personId)
    const wanted = spread(await findProjects(doing.tx, managed, roles), managed, roles)
    const isTheirs = ({ projectId }: HeldRole): boolean =>
      managed === 'all' || (projectId !== null && managed.includes(projectId))
    const isShown = (each: HeldRole): boolean => each.projectId === null || isTheirs(each)

    const gone = kept.filter((held) => isTheirs(held) && !includes(wanted, held))
    const added = wanted.filter((held) => !includes(kept, held))
    const held = [...kept.filter((each) => !gone.includes(each)), ...added]
    // What is as it is wanted already was changed to that before, perhaps by this very request (RFC 9110 §13.1.1).
    if (gone.length > 0 || added.length > 0) {
      if (was !== null) requireAsShown(was, kept.filter(isShown))
      // A role for all projects, named as it is shown, is left as it is; giving one is another thing.
      if (!added.every(isTheirs)) throw new AppError('forbidden')
      requireHoldable(held, { isDisabled: person.isDisabled && added.length > 0 })
      await change(doing, { personId, gone, added })
      const record = (facts: ActFacts): Promise<void> => doing.record('role.changed', facts)
      await recordRoles(doing.tx, record, { person, before: kept, after: held })
    }
    return renderRoles(held.filter(isShown))
  })
}

async function findKept(tx: Prisma.TransactionClient, personId: string): Promise<Kept[]> {
  const rows = await tx.roleHeld.findMany({
    where: { personId },
    select: { id: true, role: true, projectId: true, project: { select: { name: true } } },
    orderBy: [{ role: 'asc' }, { projectId: 'asc' }],
  })
  return rows.map(({ project, ...row }) => ({ ...row, project: project?.name ?? null }))
}

/** A list that is saved says all that is held: one made from an older list would undo what somebody else has just done. */
function requireAsShown(was: readonly FileRole[], held: readonly NamedRole[]): void {
  const textOf = (role: string, project: string | null): string => JSON.stringify([role, project])
  const shown = new Set(
    was.flatMap(({ role, projects }) => (projects ?? [null]).map((project) => textOf(role, project))),
  )
  if (shown.size === held.length && held.every(({ role, project }) => shown.has(textOf(role, project))))
    return
  throw new AppError(
    'changed-meanwhile',
    'Somebody has changed these roles since they were shown, and nothing was saved. Look at them as they are now, then change them again.',
  )
}

type Project = { readonly id: string; readonly name: string }

async function findProjects(
  tx: Prisma.TransactionClient,
  managed: Managed,
  roles: readonly FileRole[],
): Promise<Project[]> {
  const names = [...new Set(roles.flatMap(({ projects }) => projects ?? []))]
  if (names.length === 0) return []
  return tx.project.findMany({
    where: { name: { in: names }, ...(managed !== 'all' && { id: { in: [...managed] } }) },
    select: { id: true, name: true },
  })
}

/** Each role once for each project. What lies outside of what somebody administers and what there is not are the same to them. */
function spread(known: readonly Project[], managed: Managed, roles: readonly FileRole[]): NamedRole[] {
  const held = roles.flatMap(({ role, projects }): NamedRole[] => {
    if (projects === null) return [{ role, projectId: null, project: null }]
    return projects.map((name) => {
      const project = known.find((each) => each.name === name)
      if (project !== undefined) return { role, projectId: project.id, project: name }
      if (managed !== 'all') throw new AppError('forbidden')
      throw new AppError('scope-unknown', 'A project is named that is not known. Check how it is written.')
    })
  })
  return held.filter((each, index) => !includes(held.slice(0, index), each))
}

function includes(roles: readonly HeldRole[], wanted: HeldRole): boolean {
  return roles.some((held) => roleText(held) === roleText(wanted))
}

function requireHoldable(held: readonly HeldRole[], { isDisabled }: { readonly isDisabled: boolean }): void {
  if (isDisabled)
    throw new AppError('person-invalid', 'This person is disabled. Enable them before they are given a role.')
  const isAuditor = held.some(({ role }) => role === 'auditor')
  if (isAuditor && held.some(({ role }) => role !== 'auditor'))
    throw new AppError('roles-apart', 'An auditor holds no other role, anywhere. Take one of the two away.')
}

type Change = {
  readonly personId: string
  readonly gone: readonly Kept[]
  readonly added: readonly NamedRole[]
}

async function change({ tx, actor }: Act, { personId, gone, added }: Change): Promise<void> {
  // First: whoever was an auditor cannot be anything else while they still are.
  await tx.roleHeld.deleteMany({ where: { id: { in: gone.map(({ id }) => id) } } })
  await tx.roleHeld.createMany({
    data: added.map(({ role, projectId }) => ({
      ...{ id: newUuid(), personId, role, projectId, givenBy: actor.personId },
    })),
  })
  await requireHolders(tx, gone)
}
