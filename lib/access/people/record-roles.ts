import type { Prisma } from '../../../prisma/client/client.ts'
import type { ActFacts } from '../act.ts'
import { roleText } from '../permissions.ts'
import type { HeldRole } from './lock-holders.ts'

type RoleChange = {
  readonly person: { readonly id: string; readonly issuer: string | null; readonly subject: string | null }
  readonly before: readonly HeldRole[]
  readonly after: readonly HeldRole[]
}

/**
 * Puts a change of somebody's roles on record: a row for each project whose roles changed, so that its own auditors read
 * it and no others, and one for what is held for all projects.
 */
export async function recordRoles(
  tx: Pick<Prisma.TransactionClient, 'project'>,
  record: (facts: ActFacts) => Promise<void>,
  { person, before, after }: RoleChange,
): Promise<void> {
  const { id, issuer, subject } = person
  const changed = [...new Set([...before, ...after].map(({ projectId }) => projectId))].flatMap(
    (projectId) => {
      const [had, has] = [textsOf(before, projectId), textsOf(after, projectId)]
      return had.join() === has.join() ? [] : { projectId, had, has }
    },
  )
  const projects = await tx.project.findMany({
    where: { id: { in: changed.flatMap(({ projectId }) => projectId ?? []) } },
    select: { id: true, name: true, region: true },
  })
  for (const { projectId, had, has } of changed) {
    const project = projects.find((each) => each.id === projectId)
    await record({
      target: { kind: 'person', id },
      ...(project && { projectId: project.id, projectName: project.name }),
      ...(project?.region != null && { region: project.region }),
      before: { roles: had },
      // Mail and name are no part of a row; who they are by issuer and subject is, once that is known.
      after: { roles: has, issuer, subject },
    })
  }
}

function textsOf(roles: readonly HeldRole[], projectId: string | null): string[] {
  return roles
    .filter((held) => held.projectId === projectId)
    .map(roleText)
    .toSorted()
}
