// The lines of a bundle's proofs.jsonl: with each proof the nodes of the tree over blocks that the proof before had not,
// so that neighbours share most of them, and neither who writes nor who checks keeps more than one proof in memory.
import { canonicalJson } from './canonical-json.ts'
import { buildTree, type Place, proveInclusion } from './merkle-tree.ts'
import { keyOfPlace, planForBlock, planForSize } from './verify-tree.ts'

/** A block as it was sealed. */
export type SealedBlock = { readonly number: number; readonly line: string }

/** A block of which a filtered export has rows: those at these indexes, ascending. */
export type BlockOfRows = SealedBlock & {
  /** All leaves of the block, 32 bytes each. */
  readonly leaves: Uint8Array
  readonly indexes: readonly number[]
}

/** Reads perfect subtrees of the tree over blocks, in the order asked for. */
export type ReadNodes = (places: readonly Place[]) => Promise<readonly Uint8Array[]>

type NodeSource = { readonly size: number; readonly readNodes: ReadNodes }

/** So many proofs' nodes are read at once. */
const PROOFS_AT_ONCE = 64

/** The line of a range export: its first and last block, and what proves them; the blocks between follow each other. */
export async function renderRangeProof(
  range: { readonly first: number; readonly last: number } | null,
  { size, readNodes }: NodeSource,
): Promise<string> {
  const places =
    range === null ? [] : distinct([...planForBlock(range.first, size), ...planForBlock(range.last, size)])
  const nodes = renderNodes(places, await readNodes(places))
  return canonicalJson({ first: range?.first ?? null, last: range?.last ?? null, nodes })
}

/** The lines of a filtered export: each block concerned with its nodes, and each row's path in it. */
export async function* renderBlockProofs(
  blocks: AsyncIterable<BlockOfRows>,
  { size, readNodes }: NodeSource,
): AsyncGenerator<string> {
  const planned = planEach(blocks, (block) => planForBlock(block.number, size))
  for await (const [block, nodes] of readEach(planned, readNodes)) {
    const tree = buildTree(block.leaves)
    const rows = block.indexes.map((index) => [index, proveInclusion(tree, index).map(toBase64)])
    yield canonicalJson({ block: block.line, nodes, rows })
  }
}

/** The lines that prove the tree to extend these earlier sizes. Sizes that prove nothing are passed over. */
export async function* renderSizeProofs(
  sizes: readonly number[],
  { size, readNodes }: NodeSource,
): AsyncGenerator<string> {
  const earlier = [...new Set(sizes)]
    .filter((each) => each > 0 && each < size)
    .sort((one, other) => one - other)
  const planned = planEach(earlier, (each) => planForSize(each, size))
  for await (const [each, nodes] of readEach(planned, readNodes))
    yield canonicalJson({ consistent_from: each, nodes })
}

type Planned<Item> = { readonly item: Item; readonly places: readonly Place[] }

async function* planEach<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  plan: (item: Item) => readonly Place[],
): AsyncGenerator<Planned<Item>> {
  let before = new Set<string>()
  for await (const item of items) {
    const places = distinct(plan(item))
    const earlier = before
    yield { item, places: places.filter((place) => !earlier.has(keyOfPlace(place))) }
    before = new Set(places.map(keyOfPlace))
  }
}

async function* readEach<Item>(
  planned: AsyncIterable<Planned<Item>>,
  readNodes: ReadNodes,
): AsyncGenerator<readonly [Item, Record<string, string>]> {
  let batch: Planned<Item>[] = []
  for await (const each of planned) {
    batch.push(each)
    if (batch.length < PROOFS_AT_ONCE) continue
    yield* await readBatch(batch, readNodes)
    batch = []
  }
  yield* await readBatch(batch, readNodes)
}

async function readBatch<Item>(
  batch: readonly Planned<Item>[],
  readNodes: ReadNodes,
): Promise<(readonly [Item, Record<string, string>])[]> {
  const nodes = await readNodes(batch.flatMap(({ places }) => places))
  let at = 0
  return batch.map(({ item, places }) => {
    const own = nodes.slice(at, at + places.length)
    at += places.length
    return [item, renderNodes(places, own)] as const
  })
}

function renderNodes(places: readonly Place[], nodes: readonly Uint8Array[]): Record<string, string> {
  if (nodes.length !== places.length) throw new RangeError('a node of the tree was not read')
  return Object.fromEntries(nodes.map((node, at) => [nameOf(places[at]), toBase64(node)]))
}

function nameOf(place: Place | undefined): string {
  return place === undefined ? '' : keyOfPlace(place)
}

function distinct(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [keyOfPlace(place), place])).values()]
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
