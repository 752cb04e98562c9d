import type { PrismaClient } from '../prisma/client/client.ts'
import { withinDeadline } from './database.ts'

type Light = 'up' | 'down'
export type Health = {
  readonly status: Light
  readonly parts: { readonly database: Light; readonly log: Light }
}

/** Whether the portal can serve: the database answers, and the log takes rows from this role. */
export async function checkHealth(db: Pick<PrismaClient, '$queryRaw'>): Promise<Health> {
  try {
    const [row] = await withinDeadline(
      db.$queryRaw<{ isWritable: boolean }[]>`
        SELECT NOT pg_is_in_recovery()
          AND has_function_privilege('audit.append_audit_event(jsonb)', 'EXECUTE') AS "isWritable"`,
    )
    const log = row?.isWritable === true ? 'up' : 'down'
    return { status: log, parts: { database: 'up', log } }
  } catch {
    return { status: 'down', parts: { database: 'down', log: 'down' } }
  }
}
