import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import { bindSecret, parseSecretReferences, type SecretTable } from '../projects/secret-reference.ts'
import { findSealKeyId, type SecretBox } from './seal.ts'

export type ResealedTable = {
  readonly table: SecretTable
  /** Values that are sealed here; those kept by reference are not counted. */
  readonly sealed: number
  readonly resealed: number
  /** `projects <id> apiSecret`: what no key opens, left as it is. */
  readonly unopened: readonly string[]
}

type Row = { readonly id: string; readonly secrets: unknown }
type Batch = Omit<ResealedTable, 'table'> & { readonly last: string | null }

const TABLES: readonly SecretTable[] = [
  'projects',
  'storage_targets',
  'certificates',
  'sign_ins',
  'webhooks',
  'changes',
]
const BATCH_ROWS = 100
const NIL_UUID = '00000000-0000-0000-0000-000000000000'

/**
 * Seals every sealed value anew whose key is not the box’s own. Some rows a transaction, each locked while it is read, so
 * that it may be stopped at any moment, run again, and run while the portal serves: both keys open what there is.
 */
export async function resealSecrets(db: PrismaClient, box: SecretBox): Promise<ResealedTable[]> {
  const tables: ResealedTable[] = []
  for (const table of TABLES) tables.push(await resealTable(db, box, table))
  return tables
}

async function resealTable(db: PrismaClient, box: SecretBox, table: SecretTable): Promise<ResealedTable> {
  let [sealed, resealed] = [0, 0]
  const unopened: string[] = []
  for (let after: string | null = NIL_UUID; after !== null; ) {
    const from: string = after
    const batch: Batch = await db.$transaction((tx) => resealBatch(tx, box, { table, after: from }))
    sealed += batch.sealed
    resealed += batch.resealed
    unopened.push(...batch.unopened)
    after = batch.last
  }
  return { table, sealed, resealed, unopened }
}

async function resealBatch(
  tx: Prisma.TransactionClient,
  box: SecretBox,
  { table, after }: { readonly table: SecretTable; readonly after: string },
): Promise<Batch> {
  const name = Prisma.raw(table)
  const rows = await tx.$queryRaw<Row[]>`
    SELECT id, secrets FROM ${name} WHERE id > ${after}::uuid ORDER BY id LIMIT ${BATCH_ROWS} FOR NO KEY UPDATE`
  const done = rows.map((row) => ({ id: row.id, ...resealRow(box, table, row) }))
  for (const { id, changes } of done) {
    if (Object.keys(changes).length === 0) continue
    await tx.$executeRaw`
      UPDATE ${name} SET secrets = secrets || ${JSON.stringify(changes)}::jsonb WHERE id = ${id}::uuid`
  }
  return {
    sealed: done.reduce((sum, { sealed }) => sum + sealed, 0),
    resealed: done.reduce((sum, { changes }) => sum + Object.keys(changes).length, 0),
    unopened: done.flatMap(({ unopened }) => unopened),
    last: rows.length < BATCH_ROWS ? null : (rows.at(-1)?.id ?? null),
  }
}

function resealRow(box: SecretBox, table: SecretTable, { id, secrets }: Row) {
  const binding = bindSecret(table, id)
  const changes: Record<string, { readonly sealed: string }> = {}
  const unopened: string[] = []
  let sealed = 0
  for (const [name, reference] of Object.entries(parseSecretReferences(secrets))) {
    if (!('sealed' in reference)) continue
    sealed += 1
    const plain = open(box, reference.sealed, binding)
    if (plain === null) unopened.push(`${table} ${id} ${name}`)
    else if (findSealKeyId(reference.sealed) !== box.keyId)
      changes[name] = { sealed: box.seal(plain, binding) }
  }
  return { sealed, changes, unopened }
}

function open(box: SecretBox, sealed: string, binding: ReturnType<typeof bindSecret>): string | null {
  try {
    return box.open(sealed, binding)
  } catch {
    return null
  }
}
