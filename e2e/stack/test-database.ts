/** A database of one test file. */
export type TestDatabase = { readonly ownerUrl: string; readonly applicationUrl: string }

/** An empty database; `applicationUrl` works only once something has made the application's role. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return ask('/empty')
}

/** A database that `db:deploy` has brought to this version: a copy, so that it takes some 100 ms. */
export function createMigratedDatabase(): Promise<TestDatabase> {
  return ask('/migrated')
}

async function ask(path: string): Promise<TestDatabase> {
  const door = process.env.TEST_DATABASES
  if (door === undefined) throw new Error('Test databases are served to tests that Vitest runs.')
  const response = await fetch(`${door}${path}`)
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return parseTestDatabase(text)
}

function parseTestDatabase(text: string): TestDatabase {
  return JSON.parse(text) as TestDatabase
}
