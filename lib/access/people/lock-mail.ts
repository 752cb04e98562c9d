import type { PrismaClient } from '../../../prisma/client/client.ts'

/** Somebody is looked for by mail, and prepared or bound, by one transaction at a time: this one, until it ends. */
export async function lockMail(tx: Pick<PrismaClient, '$executeRaw'>, email: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`mail ${email.toLowerCase()}`}, 0))`
}
