import pg from 'pg'
import { createDatabase } from '../engine/databases.ts'

/** Makes the owner's database when it is missing; true when it was. */
export async function ensureDatabase(ownerUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: ownerUrl })
  try {
    await client.connect()
    return false
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== '3D000') throw error
    await createDatabase(ownerUrl)
    return true
  } finally {
    await client.end().catch(() => {}) // it may never have been connected
  }
}
