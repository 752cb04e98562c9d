import type { PrismaClient } from '../../prisma/client/client.ts'
import { type AppError, isAppError } from '../errors.ts'

type Database = Pick<PrismaClient, '$executeRaw'>

// Written past Prisma's model: its `updatedAt` says that a project was set up anew, and this does not.

/** The newest part was read to its end: whatever went wrong before is over. */
export async function noteRecentRead(db: Database, projectId: string): Promise<void> {
  await db.$executeRaw`
    UPDATE projects SET recent_read_at = now(), read_failed_at = NULL, read_failure_code = NULL, read_failure = NULL,
      clock_skew_seconds = NULL
    WHERE id = ${projectId}::uuid`
}

export async function noteWholeRead(db: Database, projectId: string): Promise<void> {
  await db.$executeRaw`UPDATE projects SET whole_read_at = now() WHERE id = ${projectId}::uuid`
}

/** The newest part could not be read. Its time is that of the last failure. */
export async function noteFailedRead(
  db: Database,
  { projectId, error }: { readonly projectId: string; readonly error: unknown },
): Promise<void> {
  const known = isAppError(error) ? error : null
  await db.$executeRaw`
    UPDATE projects SET read_failed_at = now(), read_failure_code = ${known?.code ?? 'internal'},
      read_failure = ${known?.detail.slice(0, 500) ?? null},
      clock_skew_seconds = ${known === null ? null : findSkew(known)}::integer
    WHERE id = ${projectId}::uuid`
}

function findSkew({ facts }: AppError): number | null {
  const { skewSeconds } = facts
  return typeof skewSeconds === 'number' && Math.abs(skewSeconds) < 2 ** 31 ? skewSeconds : null
}
