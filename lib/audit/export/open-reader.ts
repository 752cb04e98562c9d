import pg from 'pg'
import type { Prisma } from '../../../prisma/client/client.ts'
import type { Services } from '../../services.ts'

/** A connection of an export's own, in one read-only transaction: whatever it reads is of one moment. */
export type LogReader = {
  readonly ask: <Row extends pg.QueryResultRow>(question: Prisma.Sql) => Promise<Row[]>
  /** The answer so many rows at a time. The database works on the next while these are used. */
  readonly stream: <Row extends pg.QueryResultRow>(
    question: Prisma.Sql,
    rowsAtOnce: number,
  ) => AsyncGenerator<Row[]>
  /** Also in the middle of a question, which ends with it. */
  readonly end: () => Promise<void>
}

const CONNECT_TIMEOUT_MS = 3_000
/** A filter that fits little may read through all of the log before its first rows. */
const STATEMENT_MINUTES = 15
/** A reader who takes nothing for so long has gone away, or never comes. */
const IDLE_MINUTES = 5

/**
 * Opens a reader that lasts until the signal or its end, and reads what is there now. It writes nothing and so has no
 * transaction number: however long it takes, sealing does not wait for it. Its connection is none of the pool's, where a
 * slow download would take the place of others' requests.
 */
export async function openReader(services: Services, signal: AbortSignal): Promise<LogReader> {
  signal.throwIfAborted()
  const client = new pg.Client({
    connectionString: services.env.databaseUrl,
    application_name: 'recordroom export',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_MINUTES * 60_000,
    idle_in_transaction_session_timeout: IDLE_MINUTES * 60_000,
  })
  // Whatever it is, the question that is on its way fails with it.
  client.on('error', () => {})
  let backend: number | null = null
  const end = async (): Promise<void> => {
    signal.removeEventListener('abort', stop)
    await client.end().catch(() => {})
  }
  // Postgres notices a client that has gone only when it has something to send, which may be minutes later.
  const stop = (): void => {
    if (backend !== null) services.db.$queryRaw`SELECT pg_terminate_backend(${backend}::int)`.catch(() => {})
    void end()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    await client.connect()
    const { rows } = await client.query<{ backend: number }>('SELECT pg_backend_pid() AS backend')
    backend = rows[0]?.backend ?? null
    // Times are handed back as text where they must be exact. What is compiled first gains nothing in a line's rendering.
    await client.query(`SET timezone = 'UTC'; SET datestyle = 'ISO'; SET jit = off`)
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    // The moment is that of the first question, whatever it is.
    await client.query('SELECT 1')
    signal.throwIfAborted()
  } catch (error) {
    await end()
    throw error
  }

  let cursors = 0
  return {
    ask: <Row extends pg.QueryResultRow>({ text, values }: Prisma.Sql) => askRows<Row>(client, text, values),
    async *stream<Row extends pg.QueryResultRow>({ text, values }: Prisma.Sql, rowsAtOnce: number) {
      cursors += 1
      const name = `rows_${cursors}`
      await client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${text}`, [...values])
      const fetchNext = (): Promise<Row[]> => {
        const next = askRows<Row>(client, `FETCH ${rowsAtOnce} FROM ${name}`)
        // Whoever reads on is told; whoever stops needs not be.
        next.catch(() => {})
        return next
      }
      let next = fetchNext()
      for (;;) {
        const rows = await next
        if (rows.length === 0) break
        next = fetchNext()
        yield rows
      }
      await client.query(`CLOSE ${name}`)
    },
    end,
  }
}

/**
 * By callback: rows that the driver's promise hands over outlive every sweep but that of the whole heap, and a million of
 * them would pile up to half a gigabyte.
 */
function askRows<Row extends pg.QueryResultRow>(
  client: pg.Client,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    client.query<Row>(text, [...values], (error: Error | null, result) =>
      error === null ? resolve(result.rows) : reject(error),
    )
  })
}
