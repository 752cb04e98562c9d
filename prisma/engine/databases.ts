import pg from 'pg'

/** The URL without Prisma's own `schema` parameter, and at another database when one is named. */
export function driverUrl(url: string, database?: string): string {
  const parsed = new URL(url)
  parsed.searchParams.delete('schema')
  if (database !== undefined) parsed.pathname = `/${encodeURIComponent(database)}`
  return parsed.toString()
}

export function databaseName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1))
}

/** Sends a script whole, so that bodies in `$$` keep their semicolons. */
export async function runScript(url: string, script: string): Promise<void> {
  const client = new pg.Client({ connectionString: driverUrl(url) })
  await client.connect()
  try {
    await client.query(script)
  } finally {
    await client.end()
  }
}

/** Makes the database unless it is there; another process may make it at the same moment. */
export async function createDatabase(url: string): Promise<string> {
  const name = databaseName(url)
  try {
    await runScript(driverUrl(url, 'postgres'), `CREATE DATABASE ${pg.escapeIdentifier(name)}`)
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? error.code : undefined
    if (code !== '42P04' && code !== '23505') throw error
  }
  return name
}

export async function dropDatabase(url: string): Promise<void> {
  const name = pg.escapeIdentifier(databaseName(url))
  await runScript(driverUrl(url, 'postgres'), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
}
