// What can be said of blocks and their rows without asking anybody.
import { renderRowLine } from '../canonical.ts'
import { HASH_BYTES, hashLeaf, hashTree } from '../merkle.ts'
import type { LogFault } from './fault.ts'
import type { CheckedRow, KeptBlock } from './read-blocks.ts'

/** Whether a block is the next one after `previous`, and what it says of itself is so. */
export function checkBlock(block: KeptBlock, previous: KeptBlock | null): LogFault | null {
  const name = `Block ${block.number}`
  const said = parseLine(block.line)
  const changed = (what: string): LogFault => ({ code: 'block-changed', sentence: `${name}: ${what}` })
  if (!same(hashLeaf(block.line), block.hash)) return changed('its line does not have the hash that is kept.')
  if (said.number !== Number(block.number) || said.series !== block.series || said.count !== block.count)
    return changed('its line says something else than is kept beside it.')
  const before = previous === null ? '0'.repeat(2 * HASH_BYTES) : hexOf(previous.hash)
  if (said.previous !== before)
    return { code: 'chain-broken', sentence: `${name} does not follow the block before it.` }
  if (block.sealed !== (previous?.sealed ?? 0n) + BigInt(block.count))
    return changed('the count of rows up to it is wrong.')
  if (String(said.through_tx) !== block.throughTx || String(said.through_id) !== String(block.throughId))
    return changed('its last row is another than its line says.')
  const { ids, leaves } = block
  if (ids === null || leaves === null) return changed('the hashes of its rows are gone.')
  if (ids.length !== block.count || leaves.length !== HASH_BYTES * block.count)
    return changed('it has another number of rows than it says.')
  const root = hexOf(hashTree(leaves))
  if (said.root !== root || hexOf(block.root) !== root) return changed('its root is not that of its rows.')
  return null
}

/** The first of a stretch's rows that is changed, gone or too many; `dropped` are those that may be gone. */
export function checkRows(
  blocks: readonly KeptBlock[],
  rows: readonly CheckedRow[],
  dropped: ReadonlySet<bigint>,
): LogFault | null {
  const found = new Map(rows.map((row) => [String(row.id), row]))
  if (found.size < rows.length) {
    const twice = rows.find(({ id }, place) => rows.findIndex((row) => row.id === id) < place)
    return { code: 'row-inserted', sentence: `Row ${twice?.id} is there more than once.` }
  }
  const sealed = new Set(blocks.flatMap(({ ids }) => (ids ?? []).map(String)))
  const [extra] = [...found.keys()].filter((id) => !sealed.has(id))
  if (extra !== undefined)
    return { code: 'row-inserted', sentence: `Row ${extra} lies between sealed rows and is in no block.` }
  for (const block of blocks) {
    for (const [place, id] of (block.ids ?? []).entries()) {
      const row = found.get(String(id))
      const where = `Row ${id} (block ${block.number})`
      if (row === undefined) {
        if (dropped.has(id)) continue
        return { code: 'row-missing', sentence: `${where} is gone.` }
      }
      const leaf = block.leaves?.subarray(HASH_BYTES * place, HASH_BYTES * (place + 1))
      if (leaf === undefined || !same(hashLeaf(renderRowLine(row)), leaf))
        return { code: 'row-changed', sentence: `${where} is not as it was sealed.` }
      if (row.isContentOther)
        return {
          code: 'content-changed',
          sentence: `Personal content beside row ${id} (block ${block.number}) is not what it was written with.`,
        }
    }
  }
  return null
}

/** Sealed rows that are not there. */
export function listMissing(blocks: readonly KeptBlock[], rows: readonly CheckedRow[]): bigint[] {
  const found = new Set(rows.map(({ id }) => id))
  return blocks.flatMap(({ ids }) => (ids ?? []).filter((id) => !found.has(String(id))))
}

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** What is no JSON says nothing. */
function parseLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const said: unknown = JSON.parse(line)
    return typeof said === 'object' && said !== null ? { ...said } : {}
  } catch {
    return {}
  }
}
