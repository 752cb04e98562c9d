import { expect } from 'vitest'
import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import { renderRowLine } from './canonical.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { LOG_ROW_SELECT, type LogRow } from './log-row.ts'
import { EMPTY_ROOT, hashLeaf, hashLeaves, hashTree } from './merkle.ts'

type StoredBlock = {
  number: bigint
  line: string
  hash: Uint8Array
  root: Uint8Array
  count: number
  sealed: bigint
  ids: bigint[]
  leaves: Uint8Array
}

/**
 * For tests: reads the whole log and checks that it is sealed: every row in one block, leaves those of the rows, blocks
 * gapless and chained, the last checkpoint the tree's head. Answers how many rows and blocks there are.
 */
export async function expectWhole(db: PrismaClient): Promise<{ rows: number; blocks: number }> {
  const rows = await db.$queryRaw<LogRow[]>(
    Prisma.sql`SELECT ${Prisma.raw(LOG_ROW_SELECT)} FROM audit.events e`,
  )
  const lines = new Map(rows.map((row) => [String(row.id), renderRowLine(row)]))
  const blocks = await db.$queryRaw<StoredBlock[]>`
    SELECT b.number, b.line, b.hash, b.root, b.count, b.sealed, l.ids, l.leaves
    FROM audit.blocks b JOIN audit.block_leaves l USING (number) ORDER BY b.number`

  const ids = blocks.flatMap((block) => block.ids.map(String))
  expect(new Set(ids).size, 'no row is in two blocks').toBe(ids.length)
  expect(ids.toSorted(), 'every row is in one').toEqual([...lines.keys()].toSorted())

  let previous = '0'.repeat(64)
  let sealed = 0
  for (const [place, block] of blocks.entries()) {
    sealed += block.count
    expect(Number(block.number)).toBe(place)
    expect(Number(block.sealed)).toBe(sealed)
    const leaves = hashLeaves(block.ids.map((id) => lines.get(String(id)) ?? ''))
    expect(Buffer.compare(block.leaves, leaves), `leaves of block ${place}`).toBe(0)
    const root = hex(block.count === 0 ? EMPTY_ROOT : hashTree(leaves))
    expect(JSON.parse(block.line)).toMatchObject({ number: place, previous, root, count: block.count })
    expect(hex(block.root)).toBe(root)
    previous = hex(hashLeaf(block.line))
    expect(hex(block.hash)).toBe(previous)
  }

  const [last] = await db.$queryRaw<{ text: string }[]>`
    SELECT text FROM audit.checkpoints ORDER BY size DESC LIMIT 1`
  const checkpoint = last === undefined ? undefined : parseCheckpoint(last.text)?.checkpoint
  const root = hashTree(Buffer.concat(blocks.map(({ hash }) => hash)))
  expect(checkpoint).toMatchObject({ size: blocks.length, rows: rows.length })
  expect(hex(checkpoint?.root ?? EMPTY_ROOT)).toBe(hex(root))
  return { rows: rows.length, blocks: blocks.length }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
