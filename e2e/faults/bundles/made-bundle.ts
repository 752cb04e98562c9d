// Bundles of a made log, as files in memory.
import { type KeyObject, sign } from 'node:crypto'
import {
  derOf,
  type MadeBlock,
  type MadeLog,
  makeCheckpoint,
  pathOf,
  rootOf,
  sha256,
  spell,
  splitOf,
} from './made-log.ts'

/** A bundle's files by name. */
export type Files = Map<string, Buffer>

export type BundleWish = {
  readonly redacted: boolean
  readonly madeAt: string
  readonly earlierSizes: readonly number[]
  /** Of a range, first block and the one after its last; of a filtered export which rows it has. */
  readonly selection:
    | { readonly kind: 'range'; readonly from: number; readonly to: number }
    | { readonly kind: 'filtered'; readonly has: (block: number, index: number) => boolean }
  /** Files that are the same in all bundles. */
  readonly fixed: {
    readonly 'verify.mjs': string
    readonly 'verify.html': string
    readonly 'README.md': string
  }
  readonly sayings: { readonly proves: readonly string[]; readonly does_not_prove: readonly string[] }
  /** Keys that sign the checkpoint: the log's own, when none is said. */
  readonly checkpointKeys?: readonly KeyObject[]
}

export function makeBundle(log: MadeLog, wish: BundleWish): Files {
  const { selection } = wish
  const blocks = log.blocks.filter(({ number, rows }) =>
    selection.kind === 'range'
      ? number >= selection.from && number < selection.to
      : rows.some((_, index) => selection.has(number, index)),
  )
  const chosen = (block: MadeBlock) =>
    block.rows
      .map((row, index) => ({ row, index }))
      .filter(({ index }) => selection.kind === 'range' || selection.has(block.number, index))
  const rows = blocks.flatMap((block) => chosen(block).map(({ row }) => row))
  const files: Files = new Map()
  files.set('rows.jsonl', joinLines(rows.map(({ line }) => line)))
  if (!wish.redacted) {
    const content = rows.filter((row) => Object.keys(row.content).length > 0)
    files.set(
      'content.jsonl',
      joinLines(content.map(({ eventId, content: fields }) => renderContent(eventId, fields))),
    )
  }
  const size = log.blocks.length
  const [first, last] = [blocks.at(0)?.number ?? null, blocks.at(-1)?.number ?? null]
  const leaves = log.blocks.map(({ hash }) => hash)
  const taker = makeNodeTaker(leaves)
  const proofs =
    selection.kind === 'range'
      ? [
          spell({
            first,
            last,
            nodes: taker([first, last].flatMap((each) => (each === null ? [] : siblingsOf(each, 0, size)))),
          }),
        ]
      : blocks.map((block) =>
          spell({
            block: block.line,
            nodes: taker(siblingsOf(block.number, 0, size)),
            rows: chosen(block).map(({ index }) => [
              index,
              pathOf(index, block.leaves).map((hash) => hash.toString('base64')),
            ]),
          }),
        )
  if (selection.kind === 'range') files.set('blocks.jsonl', joinLines(blocks.map(({ line }) => line)))
  const sizeTaker = makeNodeTaker(leaves)
  const sizes = wish.earlierSizes.map((each) =>
    spell({
      consistent_from: each,
      nodes: sizeTaker([...coverOf(0, each), ...consistencyOf(each, 0, size)]),
    }),
  )
  files.set('proofs.jsonl', joinLines([...proofs, ...sizes]))
  files.set('checkpoint', Buffer.from(makeCheckpoint(log, size, wish.checkpointKeys ?? [log.key])))
  files.set('public-key.pem', Buffer.from(renderPem(log.key)))
  for (const [name, text] of Object.entries(wish.fixed)) files.set(name, Buffer.from(text))
  const hashes = rows.map(({ line }) => sha256(Uint8Array.of(0), line).toString('hex'))
  return signFiles(files, log.key, {
    ...{ format: 1, kind: selection.kind, redacted: wish.redacted, made_at: wish.madeAt, origin: log.origin },
    ...{ filter: { session: '1_MX4', person: 'jo' }, rows: rows.length, blocks: blocks.length },
    ...{ first_leaf: hashes.at(0) ?? null, last_leaf: hashes.at(-1) ?? null, size },
    ...{ root: rootOf(leaves).toString('hex'), key: sha256(derOf(log.key)).toString('hex'), ...wish.sayings },
  })
}

/** Writes the manifest of these files, signed by the key: what whoever holds it can do at any time. */
export function signFiles(files: Files, key: KeyObject, members: Readonly<Record<string, unknown>>): Files {
  const { signature: _, files: __, ...others } = members
  const sums = [...files]
    .filter(([name]) => name !== 'manifest.json')
    .map(([name, bytes]) => [name, { bytes: bytes.length, sha256: sha256(bytes).toString('hex') }])
  const manifest = { ...others, files: Object.fromEntries(sums) }
  const signed = `recordroom log manifest v1\n${spell(manifest)}`
  const signature = sign(null, Buffer.from(signed), key).toString('base64')
  return new Map(files).set('manifest.json', Buffer.from(`${spell({ ...manifest, signature })}\n`))
}

function renderContent(
  eventId: string,
  fields: Readonly<Record<string, { salt: Buffer; value: string }>>,
): string {
  const salted = Object.entries(fields).map(([name, { salt, value }]) => [
    name,
    [salt.toString('base64'), value],
  ])
  return spell({ event_id: eventId, ...Object.fromEntries(salted) })
}

export function renderPem(key: KeyObject): string {
  return `-----BEGIN PUBLIC KEY-----\n${derOf(key).toString('base64')}\n-----END PUBLIC KEY-----\n`
}

function joinLines(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''))
}

/** Leaves [start, end) of the tree. */
type Span = readonly [start: number, end: number]

/** The spans beside the way from the root to a leaf. */
function siblingsOf(leaf: number, start: number, end: number): Span[] {
  if (end - start <= 1) return []
  const middle = start + splitOf(end - start)
  return leaf < middle
    ? [...siblingsOf(leaf, start, middle), ...coverOf(middle, end)]
    : [...siblingsOf(leaf, middle, end), ...coverOf(start, middle)]
}

/** The spans of RFC 6962 §2.1.2's proof that the tree extends its first leaves. */
function consistencyOf(size: number, start: number, end: number): Span[] {
  if (size === end) return start === 0 ? [] : coverOf(start, end)
  const middle = start + splitOf(end - start)
  return size <= middle
    ? [...consistencyOf(size, start, middle), ...coverOf(middle, end)]
    : [...consistencyOf(size, middle, end), ...coverOf(start, middle)]
}

/** A span as perfect subtrees, by the binary digits of its length. */
function coverOf(start: number, end: number): Span[] {
  if (start === end) return []
  const length = end - start
  const whole = splitOf(length) * 2 === length || length === 1 ? length : splitOf(length)
  return [[start, start + whole], ...coverOf(start + whole, end)]
}

/** Nodes by `level/index`, without those that the proof before had. */
function makeNodeTaker(leaves: readonly Buffer[]): (spans: readonly Span[]) => Record<string, string> {
  let before: readonly string[] = []
  return (spans) => {
    const nodes = spans.map(([start, end]) => {
      const level = Math.log2(end - start)
      return { name: `${level}/${start / 2 ** level}`, leaves: leaves.slice(start, end) }
    })
    const given = nodes.filter(({ name }) => !before.includes(name))
    before = nodes.map(({ name }) => name)
    return Object.fromEntries(given.map((node) => [node.name, rootOf(node.leaves).toString('base64')]))
  }
}
