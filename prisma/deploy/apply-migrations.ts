import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type pg from 'pg'

const root = join(import.meta.dirname, '..', '..')

async function findApplied(owner: pg.Client): Promise<string[]> {
  const { rows: found } = await owner.query<{ there: boolean }>(
    `SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS there`,
  )
  if (found[0]?.there !== true) return []
  const { rows } = await owner.query<{ name: string }>(
    'SELECT migration_name AS name FROM public._prisma_migrations WHERE finished_at IS NOT NULL ORDER BY started_at',
  )
  return rows.map(({ name }) => name)
}

/** Runs `prisma migrate deploy`; the names of the migrations it applied. Throws with what Prisma said. */
export async function applyMigrations(owner: pg.Client, ownerUrl: string): Promise<string[]> {
  const before = await findApplied(owner)
  const prisma = createRequire(import.meta.url).resolve('prisma/build/index.js')
  try {
    await promisify(execFile)(process.execPath, [prisma, 'migrate', 'deploy'], {
      cwd: root,
      env: {
        ...process.env,
        DATABASE_OWNER_URL: ownerUrl,
        // the engine is a script and must meet the node that runs this one
        PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
      },
    })
  } catch (error) {
    throw new Error(`the migrations were not applied\n${parseOutput(error)}`)
  }
  const after = await findApplied(owner)
  return after.filter((name) => !before.includes(name))
}

function parseOutput(error: unknown): string {
  const { stdout, stderr } = error as { stdout?: string; stderr?: string }
  return [stdout, stderr].join('\n').trim() || String(error)
}
