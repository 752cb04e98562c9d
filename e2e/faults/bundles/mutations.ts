// What somebody may do to a bundle, or to the log before it is exported, that a verifier must find.
import type { KeyObject } from 'node:crypto'
import type { Dice } from './dice.ts'
import { type Files, renderPem, signFiles } from './made-bundle.ts'
import { leafOf } from './made-log.ts'

/** Changes files in place of somebody who has no key; null where there is nothing to change so. */
type Tamper = (files: Files, dice: Dice) => Files | null

/** Without the key. */
export const TAMPERINGS: Readonly<Record<string, Tamper>> = {
  'a changed character': (files, dice) => {
    const name = dice.pick([...files.keys()].filter((each) => sizeOf(files, each) > 0))
    return replace(files, name, changeByte(getFile(files, name), dice))
  },
  'a dropped row': (files, dice) => editLines(files, 'rows.jsonl', (lines) => drop(lines, dice)),
  'an inserted row': (files, dice) =>
    editLines(files, 'rows.jsonl', (lines) =>
      lines.length === 0
        ? null
        : lines.toSpliced(dice.below(lines.length + 1), 0, forgeRow(dice.pick(lines), dice)),
    ),
  'swapped rows': (files, dice) => editLines(files, 'rows.jsonl', (lines) => swap(lines, dice)),
  'a dropped block': (files, dice) => editLines(files, 'blocks.jsonl', (lines) => drop(lines, dice)),
  'blocks out of order': (files, dice) => editLines(files, 'blocks.jsonl', (lines) => swap(lines, dice)),
  'a changed proof': (files, dice) =>
    editLines(files, 'proofs.jsonl', (lines) => changeOne(lines, dice, (line) => changeHash(line, dice))),
  'a changed salt': (files, dice) => editContent(files, dice, 0),
  'a changed value': (files, dice) => editContent(files, dice, 1),
  'a forged signature': (files, dice) => {
    const manifest = parseObject(getFile(files, 'manifest.json').toString())
    const signature = changeByteOfBase64(String(manifest.signature), dice)
    const text = getFile(files, 'manifest.json').toString().replace(String(manifest.signature), signature)
    return replace(files, 'manifest.json', Buffer.from(text))
  },
  'a missing file': (files, dice) => {
    const changed = new Map(files)
    changed.delete(dice.pick([...files.keys()]))
    return changed
  },
  'an added file': (files, dice) =>
    new Map(files).set(
      dice.pick(['.hidden', 'rows.jsonl.bak', 'ROWS.jsonl', 'blocks.json', 'ä']),
      Buffer.from('{}\n'),
    ),
  'a renamed file': (files, dice) => {
    const name = dice.pick([...files.keys()])
    const changed = new Map(files)
    changed.delete(name)
    return changed.set(`${name}${dice.pick(['~', '.txt', ' '])}`, getFile(files, name))
  },
  'a truncated file': (files, dice) => {
    const name = dice.pick([...files.keys()].filter((each) => sizeOf(files, each) > 0))
    const bytes = getFile(files, name)
    return replace(files, name, bytes.subarray(0, dice.below(bytes.length)))
  },
}

/** What somebody does who holds the key, and signs the manifest anew so that it fits. */
export const RESEALED: Readonly<Record<string, Tamper>> = {
  'a changed row, signed anew': (files, dice) =>
    editLines(files, 'rows.jsonl', (lines) => changeOne(lines, dice, (line) => forgeRow(line, dice))),
  'a dropped row, signed anew': (files, dice) => editLines(files, 'rows.jsonl', (lines) => drop(lines, dice)),
  'an inserted row, signed anew': (files, dice) => TAMPERINGS['an inserted row']?.(files, dice) ?? null,
  'swapped rows, signed anew': (files, dice) => editLines(files, 'rows.jsonl', (lines) => swap(lines, dice)),
  'blocks out of order, signed anew': (files, dice) =>
    editLines(files, 'blocks.jsonl', (lines) => swap(lines, dice)),
  'a dropped block, signed anew': dropBlockWithRows,
  'a changed block, signed anew': (files, dice) =>
    editLines(files, 'blocks.jsonl', (lines) => changeOne(lines, dice, (line) => changeDigit(line, dice))),
  'a changed proof, signed anew': (files, dice) =>
    editLines(files, 'proofs.jsonl', (lines) => changeOne(lines, dice, (line) => changeHash(line, dice))),
  'a changed salt, signed anew': (files, dice) => editContent(files, dice, 0),
  'a changed value, signed anew': (files, dice) => editContent(files, dice, 1),
  'content of another row, signed anew': (files, dice) =>
    editLines(files, 'content.jsonl', (lines) =>
      changeOne(lines, dice, (line) =>
        line.replace(/"event_id":"[^"]*"/, '"event_id":"0192f0c1-0000-7abc-8def-000000000000"'),
      ),
    ),
  'a changed checkpoint, signed anew': (files, dice) =>
    editLines(files, 'checkpoint', (lines) => changeOne(lines, dice, (line) => changeText(line, dice))),
}

/** Signs the manifest anew over changed files, with the counts and leaves that they have now. */
export function reseal(files: Files, key: KeyObject): Files {
  const members = parseObject(getFile(files, 'manifest.json').toString())
  const rows = linesOf(files, 'rows.jsonl')
  const blocks = linesOf(files, files.has('blocks.jsonl') ? 'blocks.jsonl' : 'proofs.jsonl')
  const [first, last] = [rows.at(0), rows.at(-1)].map((line) =>
    line === undefined ? null : leafOf(line).toString('hex'),
  )
  const isBlock = (line: string): boolean => files.has('blocks.jsonl') || line.startsWith('{"block"')
  return signFiles(new Map(files).set('public-key.pem', Buffer.from(renderPem(key))), key, {
    ...members,
    ...{ rows: rows.length, blocks: blocks.filter(isBlock).length, first_leaf: first, last_leaf: last },
  })
}

function dropBlockWithRows(files: Files, dice: Dice): Files | null {
  if (!files.has('blocks.jsonl')) return null
  const blocks = linesOf(files, 'blocks.jsonl')
  if (blocks.length === 0) return null
  const dropped = dice.below(blocks.length)
  const counts = blocks.map((line) => Number(parseObject(line).count))
  const before = counts.slice(0, dropped).reduce((sum, count) => sum + count, 0)
  const rows = linesOf(files, 'rows.jsonl').toSpliced(before, counts[dropped] ?? 0)
  const changed = replace(files, 'blocks.jsonl', joined(blocks.toSpliced(dropped, 1)))
  // Content of rows that are gone would tell.
  const ids = new Set(rows.map((line) => String(parseObject(line).event_id)))
  if (files.has('content.jsonl')) {
    const content = linesOf(files, 'content.jsonl').filter((line) =>
      ids.has(String(parseObject(line).event_id)),
    )
    changed.set('content.jsonl', joined(content))
  }
  return changed.set('rows.jsonl', joined(rows))
}

function editContent(files: Files, dice: Dice, part: 0 | 1): Files | null {
  return editLines(files, 'content.jsonl', (lines) =>
    changeOne(lines, dice, (line) => {
      const content = parseObject(line)
      const field = dice.pick(Object.keys(content).filter((name) => name !== 'event_id'))
      const [salt, value] = parsePair(content[field])
      const changed = part === 0 ? [changeByteOfBase64(salt, dice), value] : [salt, `${value}x`]
      return line.replace(JSON.stringify([salt, value]), () => JSON.stringify(changed))
    }),
  )
}

function editLines(
  files: Files,
  name: string,
  edit: (lines: readonly string[]) => readonly string[] | null,
): Files | null {
  if (!files.has(name)) return null
  const lines = edit(linesOf(files, name))
  if (lines === null) return null
  const bytes = joined(lines)
  return bytes.equals(getFile(files, name)) ? null : replace(files, name, bytes)
}

function changeOne(
  lines: readonly string[],
  dice: Dice,
  change: (line: string) => string,
): readonly string[] | null {
  if (lines.length === 0) return null
  const at = dice.below(lines.length)
  return lines.with(at, change(lines[at] ?? ''))
}

function drop(lines: readonly string[], dice: Dice): readonly string[] | null {
  return lines.length === 0 ? null : lines.toSpliced(dice.below(lines.length), 1)
}

function swap(lines: readonly string[], dice: Dice): readonly string[] | null {
  if (lines.length < 2) return null
  const [one, other] = [dice.below(lines.length), dice.below(lines.length)]
  return lines.with(one, lines[other] ?? '').with(other, lines[one] ?? '')
}

/** A row that looks like one, with another number in it. */
function forgeRow(line: string, dice: Dice): string {
  return line.replace(/"bytes":(\d+)/, (_, bytes) => `"bytes":${Number(bytes) + 1 + dice.below(1000)}`)
}

/** Another hash in the place of one: of a node, or of a path. */
function changeHash(line: string, dice: Dice): string {
  const hashes = [...line.matchAll(/"([A-Za-z0-9+/]{43}=)"/g)]
  if (hashes.length === 0) return line
  const { 1: hash = '', index } = dice.pick(hashes)
  return line.slice(0, index + 1) + changeByteOfBase64(hash, dice) + line.slice(index + 1 + hash.length)
}

/** Another digit or letter of hex, so that the line keeps its form. */
function changeDigit(line: string, dice: Dice): string {
  const places = [...line.matchAll(/(?<=[0-9a-f]{2})[0-9a-f](?=[0-9a-f]{2})/g)]
  const { index } = dice.pick(places)
  const other = dice.pick([...'0123456789'].filter((each) => each !== line[index]))
  return line.slice(0, index) + other + line.slice(index + 1)
}

function changeText(text: string, dice: Dice): string {
  return text === ''
    ? 'x'
    : changeByte(Buffer.from(text, 'latin1'), dice).toString('latin1').replaceAll('\n', ' ')
}

function changeByteOfBase64(text: string, dice: Dice): string {
  return changeByte(Buffer.from(text, 'base64'), dice).toString('base64')
}

function changeByte(bytes: Buffer, dice: Dice): Buffer {
  const changed = Buffer.from(bytes)
  const at = dice.below(bytes.length)
  changed[at] = (Number(bytes[at]) + 1 + dice.below(255)) % 256
  return changed
}

function replace(files: Files, name: string, bytes: Buffer): Files {
  return new Map(files).set(name, bytes)
}

function getFile(files: Files, name: string): Buffer {
  const bytes = files.get(name)
  if (bytes === undefined) throw new RangeError(`the bundle has no ${name}`)
  return bytes
}

function sizeOf(files: Files, name: string): number {
  return files.get(name)?.length ?? 0
}

function linesOf(files: Files, name: string): string[] {
  return getFile(files, name).toString().split('\n').slice(0, -1)
}

function joined(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''))
}

function parseObject(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>
}

function parsePair(value: unknown): [string, string] {
  return value as [string, string]
}
