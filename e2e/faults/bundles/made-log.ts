// A log made up for tests, with its blocks and bundles, written from what a bundle is said to be and from RFC 6962 to
// the letter: it shares nothing with the product, so that the one is a check of the other.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Dice } from './dice.ts'

export type MadeRow = {
  readonly line: string
  readonly eventId: string
  readonly content: Readonly<Record<string, { readonly salt: Buffer; readonly value: string }>>
}

export type MadeBlock = {
  readonly number: number
  readonly line: string
  readonly hash: Buffer
  readonly rows: readonly MadeRow[]
  readonly leaves: readonly Buffer[]
}

export type MadeLog = {
  readonly origin: string
  readonly key: KeyObject
  readonly blocks: readonly MadeBlock[]
}

export const sha256 = (...parts: (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

export const leafOf = (line: string): Buffer => sha256(Uint8Array.of(0), line)

/** RFC 6962 §2.1. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (only === undefined) return sha256()
  if (leaves.length === 1) return only
  const split = splitOf(leaves.length)
  return sha256(Uint8Array.of(1), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)))
}

/** RFC 6962 §2.1.1. */
export function pathOf(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length <= 1) return []
  const split = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return index < split
    ? [...pathOf(index, left), rootOf(right)]
    : [...pathOf(index - split, right), rootOf(left)]
}

/** The largest power of two below a count. */
export function splitOf(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

/** JSON as RFC 8785 has it, of what a made log holds: whole numbers and well-formed text. */
export function spell(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spell).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${spell(each)}`).join(',')}}`
}

export function makeKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey
}

const VALUES = ['Jo Doe', 'O’Brien "x"\n', '\u202eRTL', '\u{1f600}', '', 'a'.repeat(300)]
const CONTENT = ['actor_name', 'actor_email', 'address', 'user_agent', 'reason', 'case_reference']

/** A log of so many blocks, some of them empty, with rows and values that the dice choose. */
export function makeLog(dice: Dice, options: { key: KeyObject; blocks: number; mostRows: number }): MadeLog {
  const blocks: MadeBlock[] = []
  for (let number = 0; number < options.blocks; number += 1) addBlock(blocks, dice, options.mostRows)
  return { origin: 'recordroom.bank.test/audit', key: options.key, blocks }
}

/** The log some time later. */
export function growLog(log: MadeLog, dice: Dice, more: { blocks: number; mostRows: number }): MadeLog {
  const blocks = [...log.blocks]
  for (let number = 0; number < more.blocks; number += 1) addBlock(blocks, dice, more.mostRows)
  return { ...log, blocks }
}

function addBlock(blocks: MadeBlock[], dice: Dice, mostRows: number): void {
  const before = blocks.at(-1)
  const id = blocks.reduce((count, { rows }) => count + rows.length, 1)
  const rows = Array.from({ length: dice.below(mostRows + 1) }, (_, place) => makeRow(dice, id + place))
  const leaves = rows.map(({ line }) => leafOf(line))
  const last = id + rows.length - 1
  const line = spell({
    ...{ v: 1, series: 1, number: blocks.length, previous: before?.hash.toString('hex') ?? '0'.repeat(64) },
    ...{ root: rootOf(leaves).toString('hex'), count: rows.length, through_tx: 700 + last, through_id: last },
    ...{
      horizon: 701 + last,
      at: momentOf(blocks.length),
      ...(rows.length === 0 ? {} : { first_tx: 700 + id }),
    },
  })
  blocks.push({ number: blocks.length, line, hash: leafOf(line), rows, leaves })
}

/** One block a second. */
function momentOf(number: number): string {
  return new Date(Date.UTC(2026, 10, 24, 10) + 1000 * number).toISOString().replace('Z', '456Z')
}

function makeRow(dice: Dice, id: number): MadeRow {
  const eventId = `0192f0c1-2b3c-7abc-8def-${String(id).padStart(12, '0')}`
  const content: Record<string, { salt: Buffer; value: string }> = {}
  const hashes: Record<string, string> = {}
  for (const field of CONTENT) {
    if (dice.below(3) > 0) continue
    const salt = sha256(eventId, field).subarray(0, 16)
    const value = `${VALUES[dice.below(VALUES.length)]}`
    content[field] = { salt, value }
    hashes[`${field}_hash`] = sha256(salt, value).toString('hex')
  }
  const line = spell({
    ...{
      v: 1,
      id,
      tx: 700 + id,
      event_id: eventId,
      action: 'viewing.window',
      outcome: 'allowed',
      bytes: dice.below(4e6),
    },
    ...{
      at: momentOf(id),
      actor_roles: ['reviewer'],
      before: { event_id: eventId, '€': 1, '😀': [null, true] },
    },
    ...hashes,
  })
  return { line, eventId, content }
}

/** A checkpoint of the log's first blocks (C2SP tlog-checkpoint), signed by each of the keys. */
export function makeCheckpoint(
  log: MadeLog,
  size = log.blocks.length,
  keys: readonly KeyObject[] = [log.key],
  atMs = Date.UTC(2026, 10, 24, 10) + 1000 * size,
): string {
  const blocks = log.blocks.slice(0, size)
  const rows = blocks.reduce((count, each) => count + each.rows.length, 0)
  const at = new Date(atMs).toISOString()
  const root = rootOf(blocks.map(({ hash }) => hash)).toString('base64')
  const text = `${log.origin}\n${size}\n${root}\nseries 1\nat ${at}\nrows ${rows}\n`
  const lines = keys.map((key) => {
    const id = sha256(log.origin, '\n', Uint8Array.of(1), derOf(key).subarray(-32)).subarray(0, 4)
    return `\u2014 ${log.origin} ${Buffer.concat([id, sign(null, Buffer.from(text), key)]).toString('base64')}\n`
  })
  return `${text}\n${lines.join('')}`
}

/** SubjectPublicKeyInfo. */
export function derOf(key: KeyObject): Buffer {
  const jwk = key.export({ format: 'jwk' })
  return Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from(String(jwk.x), 'base64url'),
  ])
}
