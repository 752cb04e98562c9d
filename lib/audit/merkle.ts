// Merkle tree hashes and the checks of proofs, as RFC 6962 §2.1 and RFC 9162 §2.1.3.2 and §2.1.4.2 say them. It ships
// inside the verifiers: SHA-256 is all it imports.
import { makeRoom, writeHash } from './sha256.ts'

/** Length of every hash here: SHA-256. */
export const HASH_BYTES = 32

const NODE_PREFIX = 0x01

/** Root of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Uint8Array = hashBytes('')

/** SHA-256(0x00 ‖ line), the line as UTF-8. Half a surrogate pair has no UTF-8: lines are well-formed. */
export function hashLeaf(line: string | Uint8Array): Uint8Array {
  if (typeof line === 'string') return hashBytes(`\0${line}`)
  const prefixed = new Uint8Array(1 + line.length)
  prefixed.set(line, 1)
  return hashBytes(prefixed)
}

/** The leaves of many lines, 32 bytes each, one after the other. */
export function hashLeaves(lines: readonly string[]): Uint8Array {
  const leaves = makeRoom(lines.length * HASH_BYTES)
  for (const [index, line] of lines.entries()) writeHash(leaves, index * HASH_BYTES, `\0${line}`)
  return leaves
}

/** SHA-256 of bytes, or of text as UTF-8. */
export function hashBytes(bytes: string | Uint8Array): Uint8Array {
  const hash = makeRoom(HASH_BYTES)
  writeHash(hash, 0, bytes)
  return hash
}

/** SHA-256(0x01 ‖ left ‖ right). Throws RangeError when a part is no hash. */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) {
    throw new RangeError('a node joins two hashes of 32 bytes')
  }
  node.set(left, 1)
  node.set(right, 1 + HASH_BYTES)
  return hashBytes(node)
}

const node = new Uint8Array(1 + 2 * HASH_BYTES).fill(NODE_PREFIX)

/**
 * The nodes above a row of nodes, all packed as 32 bytes each; without the last of an odd row, which has no sibling
 * yet. Throws RangeError when the bytes are no whole hashes.
 */
export function hashRow(nodes: Uint8Array): Uint8Array {
  if (nodes.length % HASH_BYTES !== 0) throw new RangeError('leaves are packed as 32 bytes each')
  const row = makeRoom(Math.floor(nodes.length / (2 * HASH_BYTES)) * HASH_BYTES)
  for (let at = 0; at < row.length; at += HASH_BYTES) {
    node.set(nodes.subarray(2 * at, 2 * at + 2 * HASH_BYTES), 1)
    writeHash(row, at, node)
  }
  return row
}

/** Root over leaves packed as 32 bytes each. Throws RangeError when the bytes are no whole hashes. */
export function hashTree(leaves: Uint8Array): Uint8Array {
  const peaks: Uint8Array[] = []
  for (let row = leaves; row.length > 0; row = hashRow(row)) {
    if ((row.length / HASH_BYTES) % 2 === 1) peaks.unshift(row.slice(-HASH_BYTES))
  }
  return joinPeaks(peaks)
}

/** Joins neighbouring perfect subtrees, largest and leftmost first, to the root over them all. */
export function joinPeaks(peaks: readonly Uint8Array[]): Uint8Array {
  return peaks.length === 0 ? EMPTY_ROOT : peaks.reduceRight((right, left) => hashNode(left, right))
}

export type Inclusion = {
  readonly leaf: Uint8Array
  /** Counts from 0. */
  readonly index: number
  readonly size: number
  readonly root: Uint8Array
  /** From the leaf's sibling upwards. */
  readonly proof: readonly Uint8Array[]
}

/** Whether the leaf is the one at that index of the tree (RFC 9162 §2.1.3.2). False for whatever is not of the form. */
export function isIncluded({ leaf, index, size, root, proof }: Inclusion): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || ![leaf, root, ...proof].every(isHash))
    return false
  let place = index
  let last = size - 1
  let joined = leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (isOdd(place) || place === last) {
      joined = hashNode(sibling, joined)
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)]
    } else joined = hashNode(joined, sibling)
    place = half(place)
    last = half(last)
  }
  return last === 0 && isSame(joined, root)
}

export type Consistency = {
  readonly earlierSize: number
  readonly earlierRoot: Uint8Array
  readonly size: number
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/**
 * Whether the tree extends the earlier one, leaf for leaf (RFC 9162 §2.1.4.2). Every tree extends the one without
 * leaves, which needs no proof. False for whatever is not of the form.
 */
export function isConsistent({ earlierSize, earlierRoot, size, root, proof }: Consistency): boolean {
  if (!isCount(earlierSize) || !isCount(size) || earlierSize > size) return false
  if (![earlierRoot, root, ...proof].every(isHash)) return false
  if (size === 0 && !isSame(root, EMPTY_ROOT)) return false
  if (earlierSize === size) return proof.length === 0 && isSame(earlierRoot, root)
  if (earlierSize === 0) return proof.length === 0 && isSame(earlierRoot, EMPTY_ROOT)

  let place = earlierSize - 1
  let last = size - 1
  while (isOdd(place)) [place, last] = [half(place), half(last)]
  // An earlier tree that is perfect is a node of the later one: its root begins the proof and is left out of it.
  const [first, ...path] = place === 0 ? [earlierRoot, ...proof] : proof
  if (first === undefined) return false
  let earlier = first
  let later = first
  for (const sibling of path) {
    if (last === 0) return false
    if (isOdd(place) || place === last) {
      earlier = hashNode(sibling, earlier)
      later = hashNode(sibling, later)
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)]
    } else later = hashNode(later, sibling)
    place = half(place)
    last = half(last)
  }
  return last === 0 && isSame(earlier, earlierRoot) && isSame(later, root)
}

// Not by bits: those of a number end at 32, and a size may come from a file that somebody changed.
const half = (count: number): number => Math.floor(count / 2)
const isOdd = (count: number): boolean => count % 2 === 1
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
const isHash = (bytes: Uint8Array): boolean => bytes.length === HASH_BYTES
const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at])
