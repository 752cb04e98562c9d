import { describe, expect, test } from 'vitest'
import { type Dice, makeDice } from '../../e2e/faults/bundles/dice.ts'
import { type BundleWish, makeBundle } from '../../e2e/faults/bundles/made-bundle.ts'
import { type MadeLog, makeCheckpoint, makeKey, makeLog } from '../../e2e/faults/bundles/made-log.ts'
import { renderBundleReadme } from './bundle-readme.ts'
import { sayWhatIsProven } from './bundle-words.ts'
import { buildTree } from './merkle-tree.ts'
import { type BundleInput, writeBundle } from './write-bundle.ts'

const VERIFIERS = { node: '// node\n', page: '<p>page\n' }

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items
}

/** What a reader of the log would hand to the writer. */
const inputOf = (log: MadeLog, wish: BundleWish): BundleInput => {
  const { selection } = wish
  const isChosen = (block: number, index: number): boolean =>
    selection.kind === 'range' ? block >= selection.from && block < selection.to : selection.has(block, index)
  const chosen = log.blocks.flatMap(({ number, rows }) => rows.filter((_, index) => isChosen(number, index)))
  const ranged = log.blocks.filter(
    ({ number }) => selection.kind === 'range' && number >= selection.from && number < selection.to,
  )
  const concerned = log.blocks
    .map(({ number, line, rows, leaves }) => ({
      ...{ number, line, leaves: Buffer.concat(leaves) },
      indexes: [...rows.keys()].filter((index) => isChosen(number, index)),
    }))
    .filter(({ indexes }) => indexes.length > 0)
  const { levels } = buildTree(Buffer.concat(log.blocks.map(({ hash }) => hash)))
  const content = chosen.filter((row) => Object.keys(row.content).length > 0)
  return {
    selection:
      selection.kind === 'range'
        ? { kind: 'range', blocks: each(ranged) }
        : { kind: 'filtered', blocks: each(concerned) },
    rows: each(chosen.map(({ line }) => line)),
    content: wish.redacted
      ? null
      : each(content.map((row) => ({ eventId: row.eventId, fields: row.content }))),
    readNodes: async (places) =>
      places.map(({ level, index }) => levels[level]?.slice(32 * index, 32 * index + 32) ?? Buffer.alloc(0)),
    ...{ earlierSizes: wish.earlierSizes, checkpoint: makeCheckpoint(log), key: log.key },
    ...{ madeAt: new Date(wish.madeAt), filter: { session: '1_MX4', person: 'jo' }, verifiers: VERIFIERS },
  }
}

const wishFor = (dice: Dice, blocks: number, kind: 'range' | 'filtered'): BundleWish => {
  const redacted = dice.below(3) === 0
  const [from, asked] = [dice.below(blocks), dice.below(5)]
  return {
    ...{ redacted, madeAt: '2026-11-24T12:00:00.000Z' },
    earlierSizes: Array.from({ length: blocks - 1 }, (_, size) => size + 1).filter(() => dice.below(3) === 0),
    selection:
      kind === 'range'
        ? { kind, from, to: from + dice.below(blocks - from + 1) }
        : { kind, has: (block, index) => (block * 7 + index * 3) % 4 < asked },
    fixed: {
      ...{ 'verify.mjs': VERIFIERS.node, 'verify.html': VERIFIERS.page },
      'README.md': renderBundleReadme({ kind, redacted }),
    },
    sayings: sayWhatIsProven({ kind, redacted }),
  }
}

const written = async (input: BundleInput): Promise<Map<string, string>> => {
  const files = new Map<string, string>()
  for await (const { name, bytes } of writeBundle(input)) {
    const chunks = []
    for await (const chunk of bytes) chunks.push(chunk)
    files.set(name, Buffer.concat(chunks).toString())
  }
  return files
}

describe('a bundle', () => {
  test.each(['range', 'filtered'] as const)(
    'of a %s export is to the byte what another writer makes of the same log',
    async (kind) => {
      const dice = makeDice(kind.length)
      for (let round = 0; round < 40; round += 1) {
        const blocks = 1 + dice.below(40)
        const log = makeLog(dice, { key: makeKey(), blocks, mostRows: dice.pick([0, 2, 9]) })
        const wish = wishFor(dice, blocks, kind)
        const files = await written(inputOf(log, wish))
        const made = makeBundle(log, wish)
        expect([...files.keys()].toSorted()).toEqual([...made.keys()].toSorted())
        for (const [name, bytes] of made) expect(files.get(name), name).toBe(bytes.toString())
      }
    },
  )

  test('ends with its manifest, so that one that was cut has none', async () => {
    const dice = makeDice(3)
    const log = makeLog(dice, { key: makeKey(), blocks: 3, mostRows: 2 })
    const files = await written(inputOf(log, wishFor(dice, 3, 'range')))
    expect([...files.keys()].at(-1)).toBe('manifest.json')
  })

  test('asks for the proofs of many blocks in few questions, and keeps no more than it has asked for', async () => {
    const log = makeLog(makeDice(4), { key: makeKey(), blocks: 300, mostRows: 1 })
    const input = inputOf(log, {
      ...wishFor(makeDice(4), 300, 'filtered'),
      selection: { kind: 'filtered', has: () => true },
    })
    let questions = 0
    await written({
      ...input,
      readNodes: (places) => {
        questions += 1
        expect(places.length).toBeLessThan(64 * 20)
        return input.readNodes(places)
      },
    })
    expect(questions).toBeLessThan(15)
  })
})
