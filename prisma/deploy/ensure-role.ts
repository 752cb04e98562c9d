import pg from 'pg'
import { renderScramVerifier } from './scram-verifier.ts'
import type { ApplicationLogin } from './settings.ts'

const ALREADY_THERE = ['42710', '23505'] // duplicate_object; the same between two databases of one cluster
const NOT_ALLOWED = '42501'

/** Makes the application's role when it is missing; true when it was. Refuses one that stands above the log. */
export async function ensureRole(owner: pg.Client, { role, password }: ApplicationLogin): Promise<boolean> {
  const made = !(await isThere(owner, role)) && (await createRole(owner, { role, password }))
  const { rows } = await owner.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_roles
     WHERE pg_has_role($1, oid, 'MEMBER')
       AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolname = current_user)`,
    [role],
  )
  const above = rows[0]
  if (above !== undefined)
    throw new Error(
      `the role ${role} has the rights of ${above.name}: it could rewrite the log. Name a role of its own in DATABASE_URL`,
    )
  return made
}

async function isThere(owner: pg.Client, role: string): Promise<boolean> {
  const { rowCount } = await owner.query('SELECT FROM pg_roles WHERE rolname = $1', [role])
  return rowCount === 1
}

async function createRole(owner: pg.Client, { role, password }: ApplicationLogin): Promise<boolean> {
  const login = `CREATE ROLE ${pg.escapeIdentifier(role)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS`
  const secret = password === null ? '' : ` PASSWORD ${pg.escapeLiteral(renderScramVerifier(password))}`
  try {
    await owner.query(login + secret)
    return true
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? error.code : undefined
    if (code !== undefined && ALREADY_THERE.includes(code)) return false
    if (code !== NOT_ALLOWED) throw error
    throw new Error(
      `the role ${role} is missing and DATABASE_OWNER_URL’s role may not make it. As an administrator: ${login} PASSWORD '…'`,
    )
  }
}
