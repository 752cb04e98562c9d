import type { PrismaClient } from '../../../prisma/client/client.ts'
import { hashNode, joinPeaks } from '../merkle.ts'
import { planRoot } from '../merkle-tree.ts'
import { same } from './check-blocks.ts'
import type { LogFault } from './fault.ts'

type Node = { readonly level: number; readonly index: number; readonly hash: Uint8Array }
type Reader = Pick<PrismaClient, '$queryRaw'>

/** The tree over blocks, made again leaf by leaf: it keeps its peaks alone. */
export type GrowingTree = {
  /** Adds a block, and answers every node that it completes. */
  add(hash: Uint8Array): Node[]
  root(): Uint8Array
}

export function growTree(peaks: readonly Node[], size: number): GrowingTree {
  const stack = [...peaks]
  let next = size
  return {
    add(hash) {
      let node: Node = { level: 0, index: next, hash }
      const made = [node]
      for (; node.index % 2 === 1; made.push(node)) {
        const left = stack.pop()
        if (left === undefined) throw new RangeError('the tree has no such peak')
        node = { level: node.level + 1, index: (node.index - 1) / 2, hash: hashNode(left.hash, node.hash) }
      }
      stack.push(node)
      next += 1
      return made
    },
    root: () => joinPeaks(stack.map(({ hash }) => hash)),
  }
}

/** The peaks of the tree when it had so many blocks, largest first. */
export async function readPeaks(db: Reader, size: number): Promise<Node[]> {
  const places = planRoot(size)
  const nodes = await readNodes(db, places)
  return places.map(({ level, index }) => {
    const hash = nodes.get(`${level}/${index}`)
    if (hash === undefined) throw new RangeError('the tree is not that large')
    return { level, index, hash }
  })
}

/** Whether the tree that is kept has these very nodes. */
export async function checkNodes(db: Reader, made: readonly Node[]): Promise<LogFault | null> {
  const kept = await readNodes(db, made)
  for (const { level, index, hash } of made) {
    const there = kept.get(`${level}/${index}`)
    if (there === undefined || !same(there, hash)) {
      const first = index * 2 ** level
      const what = level === 0 ? `block ${first}` : `blocks ${first} to ${first + 2 ** level - 1}`
      return { code: 'tree-changed', sentence: `The tree’s node over ${what} is not what they say.` }
    }
  }
  return null
}

async function readNodes(
  db: Reader,
  places: readonly { readonly level: number; readonly index: number }[],
): Promise<Map<string, Uint8Array>> {
  if (places.length === 0) return new Map()
  const levels = places.map(({ level }) => level)
  const indexes = places.map(({ index }) => BigInt(index))
  const rows = await db.$queryRaw<{ level: number; index: bigint; hash: Uint8Array }[]>`
    SELECT n.level, n.index, n.hash FROM unnest(${levels}::smallint[], ${indexes}::bigint[]) AS asked(level, index)
    JOIN audit.tree_nodes n ON n.level = asked.level AND n.index = asked.index`
  return new Map(rows.map(({ level, index, hash }) => [`${level}/${index}`, hash]))
}
