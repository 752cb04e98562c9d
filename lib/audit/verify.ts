// Whether a bundle of the log is what its signer sealed, told from its files alone. It ships inside each bundle, for
// node and as a page, so it imports nothing that is not pure.
import { sayNeverProven, sayProven } from './bundle-words.ts'
import { type IsSignature, isNoteSigned, MOST_NOTE_BYTES, type Note, parseNote } from './verify-checkpoint.ts'
import { openContent, WITHOUT_CONTENT } from './verify-content.ts'
import { BundleFault, quote } from './verify-fault.ts'
import { hexOf } from './verify-json.ts'
import { PUBLIC_KEY, type PublicKey, parsePublicKey } from './verify-key.ts'
import { compareKnown, type Known, type KnownNote, readKnown } from './verify-known.ts'
import {
  type BundleFolder,
  checkSum,
  type FileSum,
  type LineFile,
  openLines,
  readSmall,
  requireSum,
} from './verify-lines.ts'
import { MANIFEST, type Manifest, parseManifest } from './verify-manifest.ts'
import { checkFiltered, checkRange, type RowTally } from './verify-rows.ts'
import { checkSizes, type ProvenRoots } from './verify-sizes.ts'
import type { Tree } from './verify-tree.ts'

export type Verdict = {
  /** 0 whole, 2 consistent but not all was checked, 1 not whole. */
  readonly code: 0 | 1 | 2
  readonly sentences: readonly string[]
}

type Asked = {
  /** Fingerprint of the key that must have signed, if any. */
  readonly key: string | null
  readonly known: readonly Known[]
}

/** Longest manifest: the filter in it is the only part that grows. */
const MOST_MANIFEST_BYTES = 2 ** 20
const MOST_KEY_BYTES = 4096

/** Verifies a bundle. It answers a verdict whatever lies in the folder, and throws nothing. */
export async function verifyBundle(
  folder: BundleFolder,
  isSignature: IsSignature,
  asked: Asked,
): Promise<Verdict> {
  try {
    return await judge(folder, isSignature, asked)
  } catch (error) {
    const finding = error instanceof BundleFault ? error.message : 'The bundle: it cannot be read.'
    return { code: 1, sentences: [`Not whole. ${finding}`] }
  }
}

async function judge(folder: BundleFolder, isSignature: IsSignature, asked: Asked): Promise<Verdict> {
  requireFile(folder, MANIFEST)
  const manifest = parseManifest((await readSmall(folder, MANIFEST, MOST_MANIFEST_BYTES)).text)
  checkNames(folder, manifest)
  const key = await checkKey(folder, manifest, asked.key)
  const message = new TextEncoder().encode(manifest.signed)
  if (!(await isSignature(key.raw, message, manifest.signature)))
    throw new BundleFault(MANIFEST, 'its signature is not by the key in public-key.pem')
  for (const [name, sum] of manifest.files) checkSize(folder, name, sum)
  const note = await checkCheckpoint(folder, manifest, key, isSignature)
  const known = asked.known.map((each) => readKnown(each, manifest, note))
  const roots = await checkLines(folder, manifest, note.rows, known)
  for (const name of ['verify.mjs', 'verify.html', 'README.md'])
    await checkSum(folder, name, sumOf(manifest, name))

  const unchecked =
    asked.key === null ? [`whose key it is, as none was named (it is ${key.fingerprint})`] : []
  const extended: string[] = []
  for (const each of known) {
    const { isExtended, sentence } = await compareKnown(each, { note, key, isSignature, roots })
    if (isExtended) extended.push(sentence)
    else unchecked.push(sentence)
  }
  if (asked.known.length === 0)
    unchecked.push('that it extends what was there before, as no anchor and no earlier export was given')
  return tell(manifest, note, { key: asked.key, extended, unchecked })
}

function requireFile(folder: BundleFolder, name: string): void {
  const entry = folder.entries.get(name)
  if (entry === undefined) throw new BundleFault(name, 'it is missing')
  if (entry.kind !== 'file') throw new BundleFault(name, `it is ${KIND_WORDS[entry.kind]}, and no file`)
}

const KIND_WORDS = { file: 'a file', folder: 'a folder', link: 'a link', other: 'something else' } as const

function checkNames(folder: BundleFolder, manifest: Manifest): void {
  for (const name of manifest.files.keys()) requireFile(folder, name)
  for (const name of folder.entries.keys()) {
    if (name !== MANIFEST && !manifest.files.has(name))
      throw new BundleFault(quote(name), 'it is no file of the bundle')
  }
}

function checkSize(folder: BundleFolder, name: string, sum: FileSum): void {
  const bytes = folder.entries.get(name)?.bytes
  if (bytes !== sum.bytes)
    throw new BundleFault(name, `it has ${bytes} bytes, and the manifest says ${sum.bytes}`)
}

function sumOf(manifest: Manifest, name: string): FileSum {
  const sum = manifest.files.get(name)
  if (sum === undefined) throw new BundleFault(name, 'the manifest does not speak of it')
  return sum
}

async function checkKey(folder: BundleFolder, manifest: Manifest, named: string | null): Promise<PublicKey> {
  const { text, sum } = await readSmall(folder, PUBLIC_KEY, MOST_KEY_BYTES)
  const key = parsePublicKey(text)
  if (key.fingerprint !== manifest.key)
    throw new BundleFault(PUBLIC_KEY, 'it is not the key that the manifest names')
  if (named !== null && named !== key.fingerprint)
    throw new BundleFault(PUBLIC_KEY, `its fingerprint is ${key.fingerprint}, and ${named} was named`)
  requireSum(PUBLIC_KEY, sum, sumOf(manifest, PUBLIC_KEY))
  return key
}

async function checkCheckpoint(
  folder: BundleFolder,
  manifest: Manifest,
  key: PublicKey,
  isSignature: IsSignature,
): Promise<Note> {
  const { text, sum } = await readSmall(folder, 'checkpoint', MOST_NOTE_BYTES)
  requireSum('checkpoint', sum, sumOf(manifest, 'checkpoint'))
  const note = parseNote(text)
  if (note === null) throw new BundleFault('checkpoint', 'it is no checkpoint')
  if ((await isNoteSigned(note, key.raw, isSignature)) !== true)
    throw new BundleFault('checkpoint', 'it is not signed by the key in public-key.pem')
  if (
    note.origin !== manifest.origin ||
    note.size !== manifest.size ||
    hexOf(note.root) !== hexOf(manifest.root)
  )
    throw new BundleFault('checkpoint', 'it is not the one that the manifest speaks of')
  return note
}

async function checkLines(
  folder: BundleFolder,
  manifest: Manifest,
  sealedRows: number,
  known: readonly KnownNote[],
): Promise<ProvenRoots> {
  const opened: LineFile[] = []
  const open = (name: string): LineFile => {
    const file = openLines(folder, name, sumOf(manifest, name))
    opened.push(file)
    return file
  }
  try {
    const tree: Tree = { size: manifest.size, root: manifest.root }
    const content = manifest.redacted ? WITHOUT_CONTENT : openContent(open('content.jsonl'))
    const files = { rows: open('rows.jsonl'), proofs: open('proofs.jsonl'), content, tree }
    const isRange = manifest.kind === 'range'
    const { tally, next } = isRange
      ? { tally: await checkRange(files, open('blocks.jsonl'), sealedRows), next: await files.proofs.take() }
      : await checkFiltered(files)
    await content.finish()
    checkTally(tally, manifest)
    return await checkSizes(files.proofs, next, tree, new Set(known.map(({ size }) => size)))
  } finally {
    for (const file of opened) await file.close()
  }
}

function checkTally(tally: RowTally, manifest: Manifest): void {
  const { rows, blocks, firstLeaf, lastLeaf } = manifest
  if (tally.rows !== rows || tally.blocks !== blocks)
    throw new BundleFault(
      MANIFEST,
      `it says ${rows} rows of ${blocks} blocks, and there are ${tally.rows} of ${tally.blocks}`,
    )
  const [first, last] = [tally.firstLeaf, tally.lastLeaf].map((leaf) => (leaf === null ? null : hexOf(leaf)))
  if (first !== firstLeaf || last !== lastLeaf)
    throw new BundleFault(MANIFEST, 'the first or the last row is not the one that it names')
}

type Findings = {
  readonly key: string | null
  readonly extended: readonly string[]
  readonly unchecked: readonly string[]
}

function tell(manifest: Manifest, note: Note, { key, extended, unchecked }: Findings): Verdict {
  const isWhole = unchecked.length === 0
  const content = manifest.redacted ? ', personal values left out' : ''
  return {
    code: isWhole ? 0 : 2,
    sentences: [
      isWhole ? 'Whole.' : 'Consistent, but not all was checked.',
      `${manifest.rows} rows of ${manifest.blocks} blocks of the log ${quote(note.origin)}, exported ${manifest.madeAt}${content}.`,
      ...(key === null ? [] : [`Signed by the key that was named, ${key}.`]),
      ...extended,
      ...unchecked.map((each) => `Not checked: ${each}.`),
      // In words of its own: the manifest's are whoever's made it.
      ...sayProven(manifest).map((each) => `Proven: ${each}`),
      ...sayNeverProven(manifest).map((each) => `Not proven: ${each}`),
    ],
  }
}
