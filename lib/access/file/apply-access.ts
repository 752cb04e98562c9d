import type { Prisma, PrismaClient } from '../../../prisma/client/client.ts'
import { FileFaults, renderPath } from '../../apply/file-faults.ts'
import { recordEvent } from '../../audit/record.ts'
import { newUuid } from '../../uuid.ts'
import type { AccessFile } from '../access-file-schema.ts'
import type { Applying, KnownPerson, KnownProjects } from '../applying.ts'
import { lockGiving } from '../giving/lock-four-eyes.ts'
import { lockHolders } from '../people/lock-holders.ts'
import { type Path, preparePeople } from '../people/prepare-people.ts'
import { applyGrants } from './apply-grants.ts'
import { applyRoles } from './apply-roles.ts'

/** Who is on record for what a file brings about. */
export const FILE_SERVICE = 'access apply'
const TRANSACTION_MS = { maxWait: 10_000, timeout: 120_000 }

/**
 * Brings people, their roles and their grants to what a file says, all or none, on record in the same transaction. The
 * roles of somebody the file names become those it lists; people and grants that it leaves out stay. Answers what was done,
 * a line each; doing it again changes nothing.
 * @throws {FileFaults} when a project is not known, a mail is that of several people, a grant could never be in force or
 *   would last longer than its project allows, or a role would be nobody's that somebody must hold
 */
export async function applyAccess(
  { db }: { readonly db: PrismaClient },
  given: AccessFile,
): Promise<string[]> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('recordroom access apply', 0))`
    await lockGiving(tx)
    await lockHolders(tx)
    const faults: string[] = []
    const lines: string[] = []
    const applying: Applying = {
      tx,
      projects: await findProjects(tx),
      record: async (event) => {
        const actor = { kind: 'service', name: FILE_SERVICE } as const
        await recordEvent(tx, { ...event, id: newUuid(), outcome: 'allowed', actor })
      },
      say: (line) => lines.push(line),
      fault: (path, message) => faults.push(`${renderPath(path)}: ${message}`),
    }
    refuseUnknownProjects(given, applying)
    const people = await preparePeople(applying, findPlaces(given))
    if (faults.length > 0) throw new FileFaults(faults)
    await applyRoles(applying, given.people, people)
    await applyGrants(applying, given.grants, people)
    if (faults.length > 0) throw new FileFaults(faults)
    await nameTheRest(applying, [...people.values()])
    return lines
  }, TRANSACTION_MS)
}

async function findProjects(tx: Prisma.TransactionClient): Promise<KnownProjects> {
  const projects = await tx.project.findMany({
    select: { id: true, name: true, region: true, longestGrantDays: true },
  })
  return new Map(projects.map((project) => [project.name, project]))
}

function refuseUnknownProjects({ people, grants }: AccessFile, { projects, fault }: Applying): void {
  const check = (name: string, path: readonly (string | number)[]): void => {
    if (!projects.has(name)) fault(path, 'is not the name of a project')
  }
  for (const [index, { roles }] of people.entries()) {
    for (const [at, role] of roles.entries()) {
      for (const [place, name] of role.projects?.entries() ?? [])
        check(name, ['people', index, 'roles', at, 'projects', place])
    }
  }
  for (const [index, { project }] of grants.entries()) check(project, ['grants', index, 'project'])
}

/** Where each mail of a file stands first. */
function findPlaces({ people, grants }: AccessFile): Map<string, Path> {
  const places = new Map<string, Path>()
  for (const [index, { email }] of people.entries()) places.set(email, ['people', index, 'email'])
  for (const [index, { email }] of grants.entries()) {
    if (!places.has(email)) places.set(email, ['grants', index, 'email'])
  }
  return places
}

/** A file is seldom the whole of it: who else holds something is not to be forgotten. */
async function nameTheRest({ tx, say }: Applying, people: readonly KnownPerson[]): Promise<void> {
  const rest = await tx.person.count({
    where: { id: { notIn: people.map(({ id }) => id) }, roles: { some: {} } },
  })
  if (rest > 0) say(`people who hold a role and are not in the file: ${rest}, they stay as they are`)
}
