import { randomUUID } from 'node:crypto'
import pg from 'pg'

/** For tests: a connection, and what Postgres answers to a statement that it refuses. */
export type Session = {
  readonly ask: <T extends Record<string, unknown>>(sql: string, values?: unknown[]) => Promise<T[]>
  /** `code message` of the refusal, or null when it was done. It is undone either way. */
  readonly refusal: (sql: string, values?: unknown[]) => Promise<string | null>
  readonly end: () => Promise<void>
}

export async function openSession(url: string): Promise<Session> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return {
    ask: async (sql, values) => (await client.query(sql, values)).rows,
    refusal: async (sql, values) => {
      await client.query('BEGIN')
      try {
        await client.query(sql, values)
        return null
      } catch (error) {
        return error instanceof pg.DatabaseError ? `${error.code} ${error.message}` : String(error)
      } finally {
        await client.query('ROLLBACK')
      }
    },
    end: () => client.end(),
  }
}

/** A UUIDv7 of a moment. */
export function eventIdAt(moment: Date): string {
  const time = moment.getTime().toString(16).padStart(12, '0')
  const [, , , variant, node] = randomUUID().split('-')
  return `${time.slice(0, 8)}-${time.slice(8)}-7abc-${variant}-${node}`
}

export type AppendedRow = { id: string; at: Date }

/** Appends an event as the product does, by the function. */
export async function append(session: Session, event: Record<string, unknown>): Promise<AppendedRow> {
  const [row] = await session.ask<AppendedRow>('SELECT id, at FROM audit.append_audit_event($1::jsonb)', [
    JSON.stringify(renderEvent(event)),
  ])
  if (row === undefined) throw new Error('the function answered no row')
  return row
}

export function renderEvent(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { event_id: eventIdAt(new Date()), action: 'server.started', outcome: 'allowed', ...changes }
}
