import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
  type SqlQueryable,
} from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { driverUrl, runScript } from './databases.ts'

// The stock adapter was made for queries, not for migrations. Three things are mended here:
// - it cuts a script at every semicolon, which breaks `$$` bodies: a script is sent whole;
// - it refuses the catalogues' internal type "char": such columns are answered as characters;
// - it looks for the shadow database in settings a URL does not have: it is made beside the main one.

const CHAR_OID = 18
const TEXT_OID = 25

type Result = { fields?: { dataTypeID: number }[] }
type Inner = SqlQueryable & { performIO(query: SqlQuery): Promise<Result> }

function parseInner(queryable: SqlQueryable): Inner {
  if (!('performIO' in queryable)) throw new Error('@prisma/adapter-pg has changed: it has no performIO')
  return queryable as Inner
}

function readCharColumns(queryable: SqlQueryable): void {
  const inner = parseInner(queryable)
  const perform = inner.performIO.bind(inner)
  const query = inner.queryRaw.bind(inner)
  let charColumns: number[] = []

  inner.performIO = async (sql) => {
    const result = await perform(sql)
    charColumns = []
    for (const [at, field] of (result.fields ?? []).entries()) {
      if (field.dataTypeID !== CHAR_OID) continue
      field.dataTypeID = TEXT_OID
      charColumns.push(at)
    }
    return result
  }
  inner.queryRaw = async (sql) => {
    const set = await query(sql)
    for (const at of charColumns) set.columnTypes[at] = ColumnTypeEnum.Character
    return set
  }
}

/** One connection only, so that the advisory lock Prisma takes for a migration is held throughout. */
async function connect(url: string, database?: string): Promise<SqlDriverAdapter> {
  const schema = new URL(url).searchParams.get('schema')
  const pool = new pg.Pool({ connectionString: driverUrl(url, database), max: 1, idleTimeoutMillis: 0 })
  const adapter = await new PrismaPg(pool, {
    disposeExternalPool: true,
    ...(schema === null ? {} : { schema }),
  }).connect()

  readCharColumns(adapter)
  const begin = adapter.startTransaction.bind(adapter)
  adapter.startTransaction = async (level) => {
    const transaction = await begin(level)
    readCharColumns(transaction)
    return transaction
  }
  const fail = parseOnError(adapter)
  adapter.executeScript = async (script) => {
    try {
      await pool.query(script)
    } catch (error) {
      fail(error)
    }
  }
  return adapter
}

/** The stock adapter's own translation of a driver's error into the one the engine reads; it throws. */
function parseOnError(adapter: SqlDriverAdapter): (error: unknown) => never {
  if (!('onError' in adapter)) throw new Error('@prisma/adapter-pg has changed: it has no onError')
  const { onError } = adapter as SqlDriverAdapter & { onError(error: unknown): never }
  return onError.bind(adapter)
}

async function connectToShadow(url: string): Promise<SqlDriverAdapter> {
  const name = `prisma_migrate_shadow_db_${randomUUID()}`
  await runScript(url, `CREATE DATABASE "${name}"`)
  const adapter = await connect(url, name)
  const dispose = adapter.dispose.bind(adapter)
  adapter.dispose = async () => {
    await dispose()
    await runScript(url, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)
  }
  return adapter
}

export function createAdapterFactory(url: string): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(url),
    connectToShadowDb: () => connectToShadow(url),
  }
}
