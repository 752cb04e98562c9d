// Every row is in its block, and every block in the tree of the checkpoint.
import { hashBytes, hashTree, isIncluded } from './merkle.ts'
import { makeRoom, writeHash } from './sha256.ts'
import { type BlockLine, parseBlockLine } from './verify-block.ts'
import type { ContentCheck } from './verify-content.ts'
import { BundleFault } from './verify-fault.ts'
import { type BundleValue, bytesOfBase64, hasOnly, hexOf, isWholeNumber } from './verify-json.ts'
import { type Line, type LineFile, objectOf, placeOf, textOf } from './verify-lines.ts'
import { isBlockIncluded, type Nodes, planForBlock, type Tree, takeNodes } from './verify-tree.ts'

export type RowFiles = {
  readonly rows: LineFile
  readonly proofs: LineFile
  readonly content: ContentCheck
  readonly tree: Tree
}

/** What was found to be there. */
export type RowTally = {
  rows: number
  blocks: number
  firstLeaf: Uint8Array | null
  lastLeaf: Uint8Array | null
}

const LEAF_BYTES = 32

/** A range export: the blocks follow each other, and the rows are all of theirs. `sealedRows` is how many rows the checkpoint speaks of. */
export async function checkRange(files: RowFiles, blocks: LineFile, sealedRows: number): Promise<RowTally> {
  const { rows, proofs, tree } = files
  const tally = startTally()
  const range = await readRange(proofs, tree)
  let before: { number: number; hash: Uint8Array } | null = null
  for (let line = await blocks.take(); line !== null; line = await blocks.take()) {
    const where = placeOf(blocks, line)
    const block = parseBlockLine(textOf(blocks, line), where)
    const number: number | null = before === null ? range.first : before.number + 1
    if (block.number !== number)
      throw new BundleFault(where, `it is block ${block.number}, and block ${number ?? 'none'} has its place`)
    checkPrevious(block, before, where)
    const hash = hashBytes(line.leaf)
    if (number === range.first || number === range.last) checkBlock(tree, number, hash, range.nodes, where)
    await countRowsOf(block, files, tally)
    before = { number, hash }
    tally.blocks += 1
  }
  if ((before?.number ?? null) !== range.last)
    throw new BundleFault(blocks.name, `it does not end with block ${range.last}`)
  await rows.finish()
  // Where the export is of the whole log, the checkpoint says how many rows that is.
  const isAll = range.first === 0 && range.last === tree.size - 1
  if (isAll && tally.rows !== sealedRows)
    throw new BundleFault(
      blocks.name,
      `its blocks have ${tally.rows} rows, and the checkpoint says ${sealedRows}`,
    )
  return tally
}

type Range = { readonly first: number | null; readonly last: number | null; readonly nodes: Nodes }

async function readRange(proofs: LineFile, tree: Tree): Promise<Range> {
  const line = await proofs.take()
  if (line === null) throw new BundleFault(proofs.name, 'it is empty')
  const where = placeOf(proofs, line)
  const { first, last, nodes, ...others } = objectOf(proofs, line)
  const isNone = first === null && last === null
  const isRange = isWholeNumber(first) && isWholeNumber(last) && first <= last && last < tree.size
  if (Object.keys(others).length > 0 || !(isNone || isRange))
    throw new BundleFault(where, 'it does not say of which blocks the export is')
  if (!isRange) return { first: null, last: null, nodes: takeNodes(new Map(), nodes, [], where) }
  const places = [...planForBlock(first, tree.size), ...planForBlock(last, tree.size)]
  return { first, last, nodes: takeNodes(new Map(), nodes, places, where) }
}

function checkPrevious(block: BlockLine, before: { hash: Uint8Array } | null, where: string): void {
  const isFirstOfAll = block.number === 0 && block.previous !== '0'.repeat(2 * LEAF_BYTES)
  if (isFirstOfAll || (before !== null && block.previous !== hexOf(before.hash)))
    throw new BundleFault(where, 'it does not follow the block before it')
}

function checkBlock(tree: Tree, number: number, hash: Uint8Array, nodes: Nodes, where: string): void {
  if (!isBlockIncluded(tree, number, hash, nodes))
    throw new BundleFault(where, `block ${number} is not the one in the tree that the checkpoint speaks of`)
}

async function countRowsOf(block: BlockLine, files: RowFiles, tally: RowTally): Promise<void> {
  const { rows, content } = files
  const leaves = makeRoom(block.count * LEAF_BYTES)
  const from = tally.rows + 1
  for (let row = 0; row < block.count; row += 1) {
    const line = await rows.take()
    if (line === null)
      throw new BundleFault(
        rows.name,
        `it ends before row ${row + 1} of the ${block.count} of block ${block.number}`,
      )
    writeHash(leaves, row * LEAF_BYTES, line.leaf)
    await content.see(line)
    addToTally(tally, leaves.subarray(row * LEAF_BYTES, (row + 1) * LEAF_BYTES))
  }
  if (hexOf(hashTree(leaves)) !== hexOf(block.root)) {
    const lines = block.count === 0 ? 'here' : `lines ${from} to ${tally.rows}`
    throw new BundleFault(
      `${rows.name}, ${lines}`,
      `the rows are not those that were sealed in block ${block.number}`,
    )
  }
}

/** A filtered export: each row has its path in its block. Answers the proofs' line after the last block's. */
export async function checkFiltered(files: RowFiles): Promise<{ tally: RowTally; next: Line | null }> {
  const { rows, proofs, tree } = files
  const tally = startTally()
  let nodes: Nodes = new Map()
  let lastNumber = -1
  for (;;) {
    const line = await proofs.take()
    if (line === null || isOfSize(line)) {
      await rows.finish()
      return { tally, next: line }
    }
    const where = placeOf(proofs, line)
    const value = objectOf(proofs, line)
    if (!hasOnly(value, ['block', 'nodes', 'rows']) || typeof value.block !== 'string')
      throw new BundleFault(where, 'it is no block with its nodes and rows')
    const block = parseBlockLine(value.block, where)
    if (block.number <= lastNumber || block.number >= tree.size)
      throw new BundleFault(where, `block ${block.number} is not in its order, or not in the tree`)
    nodes = takeNodes(nodes, value.nodes, planForBlock(block.number, tree.size), where)
    checkBlock(tree, block.number, hashBytes(`\0${value.block}`), nodes, where)
    await checkRows(block, value.rows, files, where, tally)
    lastNumber = block.number
    tally.blocks += 1
  }
}

/** Told by the first member, which canonical JSON puts in one place. */
function isOfSize({ leaf }: Line): boolean {
  const begin = '{"consistent_from":'
  return begin === String.fromCharCode(...leaf.subarray(1, 1 + begin.length))
}

async function checkRows(
  block: BlockLine,
  claims: BundleValue | undefined,
  { rows, content }: RowFiles,
  where: string,
  tally: RowTally,
): Promise<void> {
  if (!Array.isArray(claims) || claims.length === 0) throw new BundleFault(where, 'it has no rows')
  let lastIndex = -1
  for (const claim of claims) {
    const [index, path, ...others] = Array.isArray(claim) ? claim : []
    const proof = Array.isArray(path) ? path.map((hash) => bytesOfBase64(hash)) : [null]
    if (
      !isWholeNumber(index) ||
      index <= lastIndex ||
      others.length > 0 ||
      !proof.every((hash) => hash !== null)
    )
      throw new BundleFault(where, 'its rows have not the form or order of such')
    const line = await rows.take()
    if (line === null)
      throw new BundleFault(rows.name, `it ends before row ${index} of block ${block.number}`)
    const leaf = hashBytes(line.leaf)
    if (!isIncluded({ leaf, index, size: block.count, root: block.root, proof }))
      throw new BundleFault(
        placeOf(rows, line),
        `the row is not the one that was sealed in block ${block.number}`,
      )
    await content.see(line)
    addToTally(tally, leaf)
    lastIndex = index
  }
}

function startTally(): RowTally {
  return { rows: 0, blocks: 0, firstLeaf: null, lastLeaf: null }
}

function addToTally(tally: RowTally, leaf: Uint8Array): void {
  tally.rows += 1
  tally.firstLeaf ??= leaf
  tally.lastLeaf = leaf
}
