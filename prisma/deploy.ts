// `npm run db:deploy`: brings the database to this version with DATABASE_OWNER_URL, and gives the role named in
// DATABASE_URL exactly what it needs. Safe to run at any time, also twice at once on an empty database.
// Exit: 0 done, 1 the database refused, 78 the settings are faulty.
import pg from 'pg'
import { applyMigrations } from './deploy/apply-migrations.ts'
import { ensureDatabase } from './deploy/ensure-database.ts'
import { ensureRole } from './deploy/ensure-role.ts'
import { grantRights } from './deploy/grant-rights.ts'
import { parseDeploySettings } from './deploy/settings.ts'

const CONFIGURATION_FAULT = 78
const LOCK = 'recordroom db:deploy'

const say = (line: string): boolean => process.stdout.write(`${line}\n`)

async function deploy(): Promise<void> {
  const { ownerUrl, application } = parseDeploySettings(process.env)
  if (await ensureDatabase(ownerUrl)) say('database: made')

  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    // The lock belongs to this connection and goes with it, however this ends.
    await owner.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [LOCK])
    const applied = await applyMigrations(owner, ownerUrl)
    say(applied.length === 0 ? 'migrations: all were applied' : `migrations: ${applied.join(', ')}`)
    const { rows } = await owner.query<{ made: number }>('SELECT audit.make_months() AS made')
    say(`months of the log: ${rows[0]?.made ?? 0} made`)
    say(`role ${application.role}: ${(await ensureRole(owner, application)) ? 'made' : 'was there'}`)
    await grantRights(owner, application.role)
    say(`role ${application.role}: has what it needs and nothing else`)
  } finally {
    await owner.end()
  }
}

try {
  await deploy()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof Error && error.name === 'SettingsError' ? CONFIGURATION_FAULT : 1
}
