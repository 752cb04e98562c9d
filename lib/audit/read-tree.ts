import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import { joinPeaks } from './merkle.ts'
import { type Place, type Plan, planConsistency, planInclusion, planRoot } from './merkle-tree.ts'

type Reader = Pick<PrismaClient, '$queryRaw'>

/** How many blocks there are. */
export async function readTreeSize(db: Reader): Promise<number> {
  const [row] = await db.$queryRaw<{ size: bigint }[]>`
    SELECT coalesce(max(number) + 1, 0) AS size FROM audit.blocks`
  return Number(row?.size ?? 0)
}

/** The root of the tree when it had so many blocks. Throws RangeError when it never had. */
export async function readTreeRoot(db: Reader, size: number): Promise<Uint8Array> {
  const [root] = await readPlans(db, [planRoot(size)])
  if (root === undefined) throw new RangeError('the tree is not that large')
  return root
}

/** The proof that a block is in the tree of so many blocks, for `isIncluded`. Throws RangeError when it has no such block. */
export function readInclusion(db: Reader, block: number, size: number): Promise<Uint8Array[]> {
  return readPlans(db, planInclusion(block, size))
}

/** The proof that the tree of so many blocks extends an earlier one, for `isConsistent`. Throws RangeError for sizes it never had. */
export function readConsistency(db: Reader, earlierSize: number, size: number): Promise<Uint8Array[]> {
  return readPlans(db, planConsistency(earlierSize, size))
}

/** All nodes of all plans in one question. */
async function readPlans(db: Reader, plans: readonly Plan[]): Promise<Uint8Array[]> {
  const nodes = await readNodes(db, plans.flat())
  let at = 0
  return plans.map((plan) => {
    const own = nodes.slice(at, at + plan.length)
    at += plan.length
    return joinPeaks(own)
  })
}

/** Perfect subtrees of the tree, in the order asked for. Throws RangeError for one that it does not have yet. */
export async function readNodes(db: Reader, places: readonly Place[]): Promise<Uint8Array[]> {
  if (places.length === 0) return []
  const levels = places.map(({ level }) => level)
  const indexes = places.map(({ index }) => BigInt(index))
  const rows = await db.$queryRaw<{ level: number; index: bigint; hash: Uint8Array }[]>(Prisma.sql`
    SELECT n.level, n.index, n.hash FROM unnest(${levels}::smallint[], ${indexes}::bigint[]) AS asked(level, index)
    JOIN audit.tree_nodes n ON n.level = asked.level AND n.index = asked.index`)
  const nodes = new Map(rows.map(({ level, index, hash }) => [keyOf({ level, index: Number(index) }), hash]))
  return places.map((place) => {
    const node = nodes.get(keyOf(place))
    if (node === undefined) throw new RangeError('the tree is not that large')
    return node
  })
}

function keyOf({ level, index }: Place): string {
  return `${level}.${index}`
}
