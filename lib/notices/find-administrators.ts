import type { Prisma } from '../../prisma/client/client.ts'

/** Who administers a project, by person; where none is named, who administers all. */
export async function findAdministrators(
  tx: Pick<Prisma.TransactionClient, 'roleHeld'>,
  projectId: string | null,
): Promise<string[]> {
  const rows = await tx.roleHeld.findMany({
    where: {
      role: 'admin',
      person: { disabledAt: null },
      OR: [{ projectId: null }, ...(projectId === null ? [] : [{ projectId }])],
    },
    select: { personId: true },
    distinct: ['personId'],
  })
  return rows.map(({ personId }) => personId)
}
