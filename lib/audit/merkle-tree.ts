// Where a tree's roots and proofs come from (RFC 6962 §2.1.1 and §2.1.2): first which nodes they need, which is
// arithmetic and serves a tree in memory and one in the database alike, then the hashes.
import { HASH_BYTES, hashRow, joinPeaks } from './merkle.ts'

/**
 * A perfect subtree: the one over leaves `index · 2^level` and the `2^level - 1` after it. Once its leaves are there it
 * never changes, so it can be kept.
 */
export type Place = { readonly level: number; readonly index: number }

/** What a hash of a proof is made of: neighbouring perfect subtrees, leftmost first, to be joined by `joinPeaks`. */
export type Plan = readonly Place[]

/** What the root of a tree of this size is made of; nothing when it has no leaves. Throws RangeError for no size. */
export function planRoot(size: number): Plan {
  requireThat(isSize(size), 'no size of a tree')
  return coverRange(0, size)
}

/** What the hashes of the proof are made of that this leaf is in a tree of this size, in the proof's order. */
export function planInclusion(index: number, size: number): readonly Plan[] {
  requireThat(
    isSize(size) && Number.isSafeInteger(index) && index >= 0 && index < size,
    'no leaf of the tree',
  )
  const plans: Plan[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start)
    if (index < middle) {
      plans.unshift(coverRange(middle, end))
      end = middle
    } else {
      plans.unshift(coverRange(start, middle))
      start = middle
    }
  }
  return plans
}

/** What the hashes of the proof are made of that a tree of this size extends the earlier one. */
export function planConsistency(earlierSize: number, size: number): readonly Plan[] {
  requireThat(isSize(earlierSize) && isSize(size) && earlierSize <= size, 'no earlier size of the tree')
  if (earlierSize === 0) return []
  const plans: Plan[] = []
  let [start, end] = [0, size]
  // Down to where the earlier tree ends at a whole subtree.
  while (end !== earlierSize) {
    const middle = start + largestPowerBelow(end - start)
    if (earlierSize <= middle) {
      plans.unshift(coverRange(middle, end))
      end = middle
    } else {
      plans.unshift(coverRange(start, middle))
      start = middle
    }
  }
  // Where that is the earlier tree itself, whoever checks has its root.
  return start === 0 ? plans : [coverRange(start, end), ...plans]
}

/** The perfect subtrees of a tree in memory, level by level, each packed as 32 bytes. */
export type Tree = { readonly size: number; readonly levels: readonly Uint8Array[] }

/** Builds a tree over leaves packed as 32 bytes each. Throws RangeError when the bytes are no whole hashes. */
export function buildTree(leaves: Uint8Array): Tree {
  const levels: Uint8Array[] = []
  for (let row = leaves; row.length > 0; row = hashRow(row)) levels.push(row)
  return { size: leaves.length / HASH_BYTES, levels }
}

/** The root over the first leaves, all when no size is said. */
export function readRoot(tree: Tree, size = tree.size): Uint8Array {
  return joinPlan(tree, planRoot(size))
}

/** The proof that this leaf is in the tree, for `isIncluded`. Throws RangeError when it has no such leaf. */
export function proveInclusion(tree: Tree, index: number): Uint8Array[] {
  return planInclusion(index, tree.size).map((plan) => joinPlan(tree, plan))
}

/** The proof that the tree extends its first leaves, for `isConsistent`. Throws RangeError when they are more than it has. */
export function proveConsistency(tree: Tree, earlierSize: number): Uint8Array[] {
  return planConsistency(earlierSize, tree.size).map((plan) => joinPlan(tree, plan))
}

function joinPlan(tree: Tree, plan: Plan): Uint8Array {
  return joinPeaks(plan.map((place) => nodeAt(tree, place)))
}

function nodeAt({ levels }: Tree, { level, index }: Place): Uint8Array {
  const bytes = levels[level]?.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES)
  if (bytes?.length !== HASH_BYTES) throw new RangeError('the tree is not that large')
  return bytes
}

/** The perfect subtrees over a range that begins where a subtree at least as long as the range would. */
function coverRange(start: number, end: number): Place[] {
  const places: Place[] = []
  for (let at = start; at < end; ) {
    const level = levelWithin(end - at)
    places.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return places
}

/** RFC 6962's k: the largest power of two that is smaller than the count. */
function largestPowerBelow(count: number): number {
  return 2 ** levelWithin(count - 1)
}

/** The largest level whose subtree has no more leaves than that. */
function levelWithin(count: number): number {
  let level = 0
  while (2 ** (level + 1) <= count) level += 1
  return level
}

const isSize = (size: number): boolean => Number.isSafeInteger(size) && size >= 0

function requireThat(isSo: boolean, fault: string): void {
  if (!isSo) throw new RangeError(fault)
}
