import type { PrismaClient } from '../../prisma/client/client.ts'
import { COUNTS } from './grants.ts'

/** Keeps when grants were last used, to the hour: an access review asks for it. */
export async function noteUse(
  db: Pick<PrismaClient, '$executeRaw'>,
  grantIds: readonly string[],
): Promise<void> {
  if (grantIds.length === 0) return
  await db.$executeRaw`
    UPDATE grants SET last_used_at = now()
    WHERE id = ANY (${[...grantIds]}::uuid[]) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 hour')`
}

/** The same for every grant of a person that counts and lets them find. */
export async function noteFinding(
  db: Pick<PrismaClient, '$queryRaw' | '$executeRaw'>,
  personId: string,
): Promise<void> {
  const due = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT g.id
    FROM people p CROSS JOIN projects pr JOIN grants g ON ${COUNTS}
    WHERE p.id = ${personId}::uuid AND 'recording:find' = ANY (g.rights)
      AND (g.last_used_at IS NULL OR g.last_used_at < now() - interval '1 hour')`
  await noteUse(
    db,
    due.map(({ id }) => id),
  )
}
