import type pg from 'pg'

type Connection = { query(text: string): void }

/** The rows of a question as CSV by COPY TO STDOUT, told as they come. */
export function copyOut(
  client: pg.Client,
  question: string,
  onBytes: (chunk: Uint8Array) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const copying = {
      submit: (connection: Connection) =>
        connection.query(`COPY (${question}) TO STDOUT (FORMAT csv, HEADER)`),
      handleCopyData: ({ chunk }: { chunk: Uint8Array }) => onBytes(chunk),
      handleCommandComplete: () => {},
      handleReadyForQuery: () => resolve(),
      handleError: reject,
    }
    client.query(copying)
  })
}
