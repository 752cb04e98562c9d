import { createHash, type KeyObject, sign } from 'node:crypto'
import { renderBundleReadme } from './bundle-readme.ts'
import { type BundleKind, sayWhatIsProven } from './bundle-words.ts'
import { canonicalJson, type JsonValue } from './canonical-json.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { hashLeaf } from './merkle.ts'
import { fingerprintOf, renderPublicKey } from './signing-key.ts'
import {
  type BlockOfRows,
  type ReadNodes,
  renderBlockProofs,
  renderRangeProof,
  renderSizeProofs,
  type SealedBlock,
} from './write-proofs.ts'

/** What of a row stands apart from it. */
export type BundleContent = {
  readonly eventId: string
  readonly fields: Readonly<Record<string, { readonly salt: Uint8Array; readonly value: string }>>
}

type Selection =
  | { readonly kind: 'range'; readonly blocks: AsyncIterable<SealedBlock> }
  | { readonly kind: 'filtered'; readonly blocks: AsyncIterable<BlockOfRows> }

export type BundleInput = {
  /** The blocks that the rows are of, ascending: of a range all of them without a gap. */
  readonly selection: Selection
  /** Lines, in the order of the log. */
  readonly rows: AsyncIterable<string>
  /** In the order of the rows; null in a redacted bundle. */
  readonly content: AsyncIterable<BundleContent> | null
  readonly readNodes: ReadNodes
  /** Sizes that the tree had: for each of them the bundle proves that it was only added to. */
  readonly earlierSizes: readonly number[]
  /** The newest checkpoint, as kept. */
  readonly checkpoint: string
  readonly key: KeyObject
  /**
   * By the clock of the checkpoints, and before the newest of them was read: an anchor from before the export that
   * speaks of more blocks shows that the log's end was cut off.
   */
  readonly madeAt: Date
  readonly filter: { readonly [name: string]: JsonValue }
  readonly verifiers: { readonly node: string; readonly page: string }
}

/** A file of the bundle. Its bytes are to be read to their end before the next file is asked for. */
export type BundleFile = { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> }

type Sum = { readonly bytes: number; readonly sha256: string }

const CHUNK_CHARACTERS = 65_536

/** The files of a bundle, one after the other, in constant memory; the signed manifest is the last. */
export async function* writeBundle(input: BundleInput): AsyncGenerator<BundleFile> {
  const { selection, content, checkpoint, key, verifiers } = input
  const head = parseCheckpoint(checkpoint)?.checkpoint
  if (head === undefined) throw new RangeError('this is no checkpoint')
  const kind: BundleKind = { kind: selection.kind, redacted: content === null }
  const tally = { rows: 0, blocks: 0, first: null as string | null, last: null as string | null }
  const range = { first: null as number | null, last: null as number | null }
  const sums: Record<string, Sum> = {}
  const file = (name: string, lines: AsyncIterable<string> | Iterable<string>): BundleFile => ({
    name,
    bytes: summed(lines, (sum) => {
      sums[name] = sum
    }),
  })

  yield file('rows.jsonl', countRows(input.rows, tally))
  if (content !== null) yield file('content.jsonl', renderContent(content))
  const nodes = { size: head.size, readNodes: input.readNodes }
  if (selection.kind === 'range') {
    yield file('blocks.jsonl', countBlocks(selection.blocks, tally, range))
    yield file('proofs.jsonl', renderProofs(renderRange(range, nodes), input.earlierSizes, nodes))
  } else {
    const proofs = renderBlockProofs(countOnly(selection.blocks, tally), nodes)
    yield file('proofs.jsonl', renderProofs(proofs, input.earlierSizes, nodes))
  }
  yield file('checkpoint', [checkpoint])
  yield file('public-key.pem', [renderPublicKey(key)])
  yield file('verify.mjs', [verifiers.node])
  yield file('verify.html', [verifiers.page])
  yield file('README.md', [renderBundleReadme(kind)])

  const manifest = {
    ...{ format: 1, ...kind, made_at: input.madeAt.toISOString(), origin: head.origin, filter: input.filter },
    ...{
      rows: tally.rows,
      blocks: tally.blocks,
      files: sums,
      first_leaf: tally.first,
      last_leaf: tally.last,
    },
    ...{ size: head.size, root: Buffer.from(head.root).toString('hex'), key: fingerprintOf(key) },
    ...sayWhatIsProven(kind),
  }
  yield { name: 'manifest.json', bytes: summed([signManifest(manifest, key)], () => {}) }
}

/** The manifest with its signature, as the file has it. */
export function signManifest(manifest: { readonly [name: string]: JsonValue }, key: KeyObject): string {
  const signed = `recordroom log manifest v1\n${canonicalJson(manifest)}`
  const signature = sign(null, Buffer.from(signed), key).toString('base64')
  return `${canonicalJson({ ...manifest, signature })}\n`
}

type Tally = { rows: number; blocks: number; first: string | null; last: string | null }

async function* countRows(rows: AsyncIterable<string>, tally: Tally): AsyncGenerator<string> {
  let last = null
  for await (const line of rows) {
    if (tally.rows === 0) tally.first = toHex(hashLeaf(line))
    tally.rows += 1
    last = line
    yield `${line}\n`
  }
  if (last !== null) tally.last = toHex(hashLeaf(last))
}

async function* countBlocks(
  blocks: AsyncIterable<SealedBlock>,
  tally: Tally,
  range: { first: number | null; last: number | null },
): AsyncGenerator<string> {
  for await (const { number, line } of countOnly(blocks, tally)) {
    range.first ??= number
    range.last = number
    yield `${line}\n`
  }
}

async function* countOnly<Each>(blocks: AsyncIterable<Each>, tally: Tally): AsyncGenerator<Each> {
  for await (const block of blocks) {
    tally.blocks += 1
    yield block
  }
}

type Nodes = { readonly size: number; readonly readNodes: ReadNodes }

async function* renderRange(
  { first, last }: { readonly first: number | null; readonly last: number | null },
  nodes: Nodes,
): AsyncGenerator<string> {
  yield await renderRangeProof(first === null || last === null ? null : { first, last }, nodes)
}

async function* renderProofs(
  lines: AsyncIterable<string>,
  sizes: readonly number[],
  nodes: Nodes,
): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`
  for await (const line of renderSizeProofs(sizes, nodes)) yield `${line}\n`
}

async function* renderContent(content: AsyncIterable<BundleContent>): AsyncGenerator<string> {
  for await (const { eventId, fields } of content) {
    const salted = Object.entries(fields).map(([name, { salt, value }]) => [
      name,
      [Buffer.from(salt).toString('base64'), value],
    ])
    yield `${canonicalJson({ ...Object.fromEntries(salted), event_id: eventId })}\n`
  }
}

async function* summed(
  lines: AsyncIterable<string> | Iterable<string>,
  tell: (sum: Sum) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const text of gather(lines)) {
    const chunk = Buffer.from(text)
    hash.update(chunk)
    bytes += chunk.length
    yield chunk
  }
  tell({ bytes, sha256: hash.digest('hex') })
}

async function* gather(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let text = ''
  for await (const line of lines) {
    text += line
    if (text.length < CHUNK_CHARACTERS) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
