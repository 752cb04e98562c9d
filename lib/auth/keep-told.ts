import type { PrismaClient } from '../../prisma/client/client.ts'
import { roleText } from '../access/permissions.ts'
import type { AuditClient, AuditEvent } from '../audit/event.ts'
import { recordEvent } from '../audit/record.ts'
import { newUuid } from '../uuid.ts'
import type { ProposedRole } from './role-claim.ts'
import type { Told } from './told.ts'

type Transaction = Pick<PrismaClient, '$queryRaw' | '$executeRaw'>
type Before = { groups: string[]; proposed: string[]; held: string[] }

/**
 * Keeps what the provider says of a person now, and puts on record what has changed: groups, because grants are given to
 * them, and proposals of roles that are not held. For a transaction of the caller's.
 */
export async function keepTold(
  tx: Transaction,
  { personId, told, client }: { personId: string; told: Told; client: AuditClient | null },
): Promise<void> {
  const [before] = await tx.$queryRaw<Before[]>`
    SELECT p.groups, p.proposed_roles AS proposed,
      ARRAY(SELECT r.role || coalesce('@' || r.project_id, '') FROM roles_held r WHERE r.person_id = p.id) AS held
    FROM people p WHERE p.id = ${personId}::uuid FOR NO KEY UPDATE`
  if (before === undefined) return
  const groups = [...told.groups].toSorted()
  const proposed = await nameProposals(tx, told.proposed)
  const areGroupsNew = !isSame(groups, before.groups)
  const areProposalsNew = !isSame(proposed, before.proposed)
  if (!areGroupsNew && !areProposalsNew) return
  await tx.$executeRaw`
    UPDATE people SET groups = ${groups}::text[], proposed_roles = ${proposed}::text[] WHERE id = ${personId}::uuid`
  const about: Omit<AuditEvent, 'id' | 'action'> = {
    outcome: 'allowed',
    actor: { kind: 'service', name: 'identity-provider' },
    ...(client && { client }),
    target: { kind: 'person', id: personId },
  }
  if (areGroupsNew) {
    const change = { before: { groups: before.groups }, after: { groups } }
    await recordEvent(tx, { id: newUuid(), action: 'groups.changed', ...about, ...change })
  }
  const roles = proposed.filter((role) => !isHeld(role, before.held))
  if (areProposalsNew && roles.length > 0) {
    await recordEvent(tx, { id: newUuid(), action: 'role.proposed', ...about, after: { roles } })
  }
}

/** As roles are written where they are held: by the ids of projects. A project that is not known is not proposed for. */
async function nameProposals(tx: Transaction, proposed: readonly ProposedRole[]): Promise<string[]> {
  const names = [...new Set(proposed.flatMap(({ projects }) => projects ?? []))]
  const rows =
    names.length === 0
      ? []
      : await tx.$queryRaw<{ id: string; name: string }[]>`
          SELECT id, name FROM projects WHERE name = ANY(${names})`
  const texts = proposed.flatMap(({ role, projects }) =>
    projects === null
      ? [roleText({ role, projectId: null })]
      : rows.filter(({ name }) => projects.includes(name)).map(({ id }) => roleText({ role, projectId: id })),
  )
  return [...new Set(texts)].toSorted()
}

function isHeld(role: string, held: readonly string[]): boolean {
  return held.includes(role) || held.includes(role.split('@')[0] ?? '')
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  const sorted = other.toSorted()
  return one.length === sorted.length && one.every((each, index) => each === sorted[index])
}
