import type { Prisma } from '../../prisma/client/client.ts'
import type { RoleName } from '../access/permissions.ts'

/** Who holds a role for a project, by person; where none is named, who holds it for all. Nobody who is disabled. */
export async function findHoldersOf(
  tx: Pick<Prisma.TransactionClient, 'roleHeld'>,
  role: RoleName,
  projectId: string | null,
): Promise<string[]> {
  const rows = await tx.roleHeld.findMany({
    where: {
      role,
      person: { disabledAt: null },
      OR: [{ projectId: null }, ...(projectId === null ? [] : [{ projectId }])],
    },
    select: { personId: true },
    distinct: ['personId'],
  })
  return rows.map(({ personId }) => personId)
}
