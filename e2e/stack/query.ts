import pg from 'pg'

export type Query = <T extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]) => Promise<T[]>

const CONNECT_TIMEOUT_MS = 10_000
const ANSWER_TIMEOUT_MS = 30_000

/** Asks a database; a connection a question, since those that are kept would not outlive what is done to it. */
export function createQuery(connectionString: string): Query {
  return async (sql, values = []) => {
    const client = new pg.Client({
      connectionString,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
    })
    // Told to whoever asked, too.
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(sql, [...values])).rows
    } finally {
      await client.end()
    }
  }
}
