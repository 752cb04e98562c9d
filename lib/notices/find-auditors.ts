import type { Prisma } from '../../prisma/client/client.ts'

/** Who reads the log of a project, by person; where none is named, who reads all of it. */
export async function findAuditors(
  tx: Pick<Prisma.TransactionClient, 'roleHeld'>,
  projectId: string | null,
): Promise<string[]> {
  const rows = await tx.roleHeld.findMany({
    where: {
      role: 'auditor',
      person: { disabledAt: null },
      OR: [{ projectId: null }, ...(projectId === null ? [] : [{ projectId }])],
    },
    select: { personId: true },
    distinct: ['personId'],
  })
  return rows.map(({ personId }) => personId)
}
