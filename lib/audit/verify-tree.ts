// The proofs of a bundle: perfect subtrees of the tree over blocks, each given where the proof before had it not.
import { isConsistent, isIncluded, joinPeaks } from './merkle.ts'
import { type Place, type Plan, planConsistency, planInclusion, planRoot } from './merkle-tree.ts'
import { BundleFault } from './verify-fault.ts'
import { type BundleValue, bytesOfBase64, isObject } from './verify-json.ts'

/** The nodes of one proof, by `level/index`. */
export type Nodes = ReadonlyMap<string, Uint8Array>

/** Which nodes the proof for a block needs. */
export function planForBlock(number: number, size: number): readonly Place[] {
  return planInclusion(number, size).flat()
}

/** Which nodes the proof needs that the tree extends an earlier one: those of the earlier root among them. */
export function planForSize(earlierSize: number, size: number): readonly Place[] {
  return [...planRoot(earlierSize), ...planConsistency(earlierSize, size).flat()]
}

export function keyOfPlace({ level, index }: Place): string {
  return `${level}/${index}`
}

/**
 * The nodes that a proof needs: those given with it, and those that the proof before it had as well, which are not
 * given again. So no more is ever kept than one proof.
 */
export function takeNodes(
  before: Nodes,
  given: BundleValue | undefined,
  places: readonly Place[],
  where: string,
): Nodes {
  if (!isObject(given)) throw new BundleFault(where, 'its nodes are none')
  const nodes = new Map<string, Uint8Array>()
  let used = 0
  for (const key of new Set(places.map(keyOfPlace))) {
    const kept = before.get(key)
    const isGiven = Object.hasOwn(given, key)
    if (isGiven) used += 1
    if (isGiven && kept !== undefined) throw new BundleFault(where, `it has the node ${key} twice`)
    const node = kept ?? bytesOfBase64(given[key])
    if (node?.length !== 32) throw new BundleFault(where, `it lacks the node ${key}`)
    nodes.set(key, node)
  }
  if (used < Object.keys(given).length) throw new BundleFault(where, 'it has a node that no proof needs')
  return nodes
}

export type Tree = { readonly size: number; readonly root: Uint8Array }

/** Whether the block with this hash is at this number of the tree. */
export function isBlockIncluded(tree: Tree, number: number, hash: Uint8Array, nodes: Nodes): boolean {
  const proof = planInclusion(number, tree.size).map((plan) => joinNodes(plan, nodes))
  return isIncluded({ leaf: hash, index: number, size: tree.size, root: tree.root, proof })
}

/** The root that the tree had at an earlier size; null when the nodes do not lead from it to the tree's root. */
export function provenRoot(tree: Tree, earlierSize: number, nodes: Nodes): Uint8Array | null {
  const earlierRoot = joinNodes(planRoot(earlierSize), nodes)
  const proof = planConsistency(earlierSize, tree.size).map((plan) => joinNodes(plan, nodes))
  return isConsistent({ earlierSize, earlierRoot, size: tree.size, root: tree.root, proof })
    ? earlierRoot
    : null
}

function joinNodes(plan: Plan, nodes: Nodes): Uint8Array {
  return joinPeaks(plan.map((place) => nodes.get(keyOfPlace(place)) ?? new Uint8Array(0)))
}
