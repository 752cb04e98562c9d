import type { Prisma } from '../../../prisma/client/client.ts'

type Transaction = Pick<Prisma.TransactionClient, '$executeRaw'>

// A grant is given, or changed, before or after a project comes to have four eyes, and the database has the two wait for
// each other. It does so row by row. Whoever writes more than one takes the same lock before the first: waiting with a row
// in hand, they would keep up those for whom they wait.

/** Gives or changes grants beside others who do, until the transaction ends. */
export async function lockGiving(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT lock_four_eyes(false)`
}

/** Gives projects four eyes, or puts those that have them elsewhere, while nobody gives or changes grants. */
export async function lockFourEyes(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT lock_four_eyes(true)`
}
