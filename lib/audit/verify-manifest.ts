import { BundleFault } from './verify-fault.ts'
import {
  type BundleObject,
  type BundleValue,
  bytesOfBase64,
  bytesOfHex,
  hasOnly,
  isObject,
  isWholeNumber,
  parseCanonicalObject,
  spellObject,
} from './verify-json.ts'
import type { FileSum } from './verify-lines.ts'

export const MANIFEST = 'manifest.json'

/** A manifest as read: nothing in it counts before its signature was checked. */
export type Manifest = {
  readonly kind: 'range' | 'filtered'
  readonly redacted: boolean
  readonly madeAt: string
  readonly origin: string
  readonly rows: number
  readonly blocks: number
  readonly files: ReadonlyMap<string, FileSum>
  /** In hex; null when there are no rows. */
  readonly firstLeaf: string | null
  readonly lastLeaf: string | null
  readonly size: number
  readonly root: Uint8Array
  /** Fingerprint of the key. */
  readonly key: string
  readonly signature: Uint8Array
  /** What is signed. */
  readonly signed: string
}

const MANIFEST_PREFIX = 'recordroom log manifest v1\n'
const MANIFEST_MEMBERS = [
  ...['format', 'kind', 'redacted', 'made_at', 'origin', 'filter', 'rows', 'blocks', 'files', 'first_leaf'],
  ...['last_leaf', 'size', 'root', 'key', 'proves', 'does_not_prove', 'signature'],
]
const MADE_AT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(?:\d{3}|\d{6})Z$/
const ALWAYS = [
  'rows.jsonl',
  'proofs.jsonl',
  'checkpoint',
  'public-key.pem',
  'verify.mjs',
  'verify.html',
  'README.md',
]

/** Reads a manifest; throws BundleFault when it has not its form, to the letter. */
export function parseManifest(text: string): Manifest {
  const value = text.endsWith('\n') ? parseCanonicalObject(text.slice(0, -1)) : null
  insist(value !== null, 'it is no canonical JSON object and a newline')
  insist(hasOnly(value, MANIFEST_MEMBERS), 'it has not the members of a manifest')
  insist(value.format === 1, 'its format is not one that this verifier knows')
  const { kind, redacted, made_at: madeAt, origin, rows, blocks, size } = value
  insist(kind === 'range' || kind === 'filtered', 'it says neither range nor filtered')
  insist(typeof redacted === 'boolean', 'it does not say whether it is redacted')
  insist(typeof madeAt === 'string' && isMoment(madeAt), 'when it was made is no moment')
  insist(typeof origin === 'string' && isObject(value.filter), 'its origin or filter is none')
  insist([rows, blocks, size].every(isWholeNumber), 'a count in it is none')
  const root = bytesOfHex(value.root, 32)
  const signature = bytesOfBase64(value.signature)
  insist(root !== null && bytesOfHex(value.key, 32) !== null, 'its root or key is no hash')
  insist(signature?.length === 64, 'its signature has not the form of one')
  insist(isLeaf(value.first_leaf) && isLeaf(value.last_leaf), 'its first or last leaf is no hash')
  insist(isSentences(value.proves) && isSentences(value.does_not_prove), 'what it proves is not said')
  const { signature: _, ...signed } = value
  return {
    ...{ kind, redacted, madeAt, origin, rows: Number(rows), blocks: Number(blocks), size: Number(size) },
    ...{ firstLeaf: value.first_leaf, lastLeaf: value.last_leaf, root, key: String(value.key), signature },
    files: parseFiles(value.files, kind, redacted),
    signed: `${MANIFEST_PREFIX}${spellObject(signed)}`,
  }
}

/** The files of a bundle of this kind, the manifest apart. */
function listBundleFiles(kind: Manifest['kind'], redacted: boolean): string[] {
  return [...ALWAYS, ...(redacted ? [] : ['content.jsonl']), ...(kind === 'range' ? ['blocks.jsonl'] : [])]
}

function parseFiles(
  value: BundleValue | undefined,
  kind: Manifest['kind'],
  redacted: boolean,
): ReadonlyMap<string, FileSum> {
  const names = listBundleFiles(kind, redacted)
  insist(isObject(value) && hasOnly(value, names), `it does not list the files of a ${kind} export`)
  return new Map(names.map((name) => [name, parseSum(value, name)]))
}

function parseSum(files: BundleObject, name: string): FileSum {
  const sum = files[name]
  insist(isObject(sum) && hasOnly(sum, ['bytes', 'sha256']), `what it says of ${name} has not its form`)
  const { bytes, sha256 } = sum
  insist(isWholeNumber(bytes) && bytesOfHex(sha256, 32) !== null, `what it says of ${name} is no sum`)
  return { bytes, sha256: String(sha256) }
}

function isMoment(text: string): boolean {
  return MADE_AT.test(text) && new Date(`${text.slice(0, 19)}Z`).toJSON()?.slice(0, 19) === text.slice(0, 19)
}

function isLeaf(value: BundleValue | undefined): value is string | null {
  return value === null || bytesOfHex(value, 32) !== null
}

function isSentences(value: BundleValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

function insist(isSo: boolean, finding: string): asserts isSo {
  if (!isSo) throw new BundleFault(MANIFEST, finding)
}
