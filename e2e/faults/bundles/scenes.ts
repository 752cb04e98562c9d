// A log, its exports and what was done to them: each scene says which verdict every verifier must come to.
import type { KeyObject } from 'node:crypto'
import type { Dice } from './dice.ts'
import { type BundleWish, type Files, makeBundle } from './made-bundle.ts'
import { derOf, growLog, type MadeLog, makeCheckpoint, makeKey, makeLog, sha256 } from './made-log.ts'
import { RESEALED, reseal, TAMPERINGS } from './mutations.ts'

export type Scene = {
  readonly name: string
  readonly files: Files
  /** Fingerprint named by whoever verifies. */
  readonly key: string | null
  /** A checkpoint kept elsewhere. */
  readonly anchor: string | null
  /** The checkpoint of an earlier export. */
  readonly earlier: string | null
  readonly code: 0 | 1 | 2
}

export type Fixed = BundleWish['fixed']

/** So many scenes, with a new log every few of them. */
export function* makeScenes(dice: Dice, count: number, fixed: Fixed): Generator<Scene> {
  const kinds = [...Object.keys(TAMPERINGS), ...Object.keys(RESEALED), ...Object.keys(REWRITINGS)]
  for (let made = 0; made < count; ) {
    const world = makeWorld(dice, fixed)
    yield* soundScenes(world)
    for (let more = 0; more < 2 * kinds.length && made < count; more += 1) {
      const scene = spoil(world, dice.pick(kinds), dice)
      if (scene === null) continue
      made += 1
      yield scene
    }
  }
}

/** One scene of each kind at least, for a short run. */
export function* makeEachScene(dice: Dice, fixed: Fixed): Generator<Scene> {
  for (const kind of [...Object.keys(TAMPERINGS), ...Object.keys(RESEALED), ...Object.keys(REWRITINGS)]) {
    for (let scene: Scene | null = null; scene === null; ) {
      scene = spoil(makeWorld(dice, fixed), kind, dice)
      if (scene !== null) yield scene
    }
  }
}

type World = {
  readonly dice: Dice
  readonly log: MadeLog
  readonly stranger: KeyObject
  /** How many blocks there were when the anchor was taken. */
  readonly anchorSize: number
  readonly wish: BundleWish
}

/** After every checkpoint of a made log. */
const MADE_AT = '2026-11-24T12:00:00.000Z'

function makeWorld(dice: Dice, fixed: Fixed): World {
  const blocks = 2 + dice.below(24)
  const log = makeLog(dice, { key: makeKey(), blocks, mostRows: dice.pick([1, 3, 9]) })
  const anchorSize = 1 + dice.below(blocks)
  const sizes = [anchorSize, ...Array.from({ length: dice.below(5) }, () => 1 + dice.below(blocks))]
  const from = dice.below(blocks)
  const asked = 1 + dice.below(4)
  const wish: BundleWish = {
    ...{ redacted: dice.below(4) === 0, madeAt: MADE_AT, fixed },
    earlierSizes: [...new Set(sizes)].filter((size) => size < blocks).sort((one, other) => one - other),
    selection:
      dice.below(2) === 0
        ? { kind: 'range', from: dice.below(2) * from, to: blocks }
        : { kind: 'filtered', has: (block, index) => (block * 7 + index * 3) % 4 < asked },
    sayings: { proves: ['What it proves.'], does_not_prove: ['What it does not.'] },
  }
  return { dice, log, stranger: makeKey(), anchorSize, wish }
}

function* soundScenes(world: World): Generator<Scene> {
  const { log, wish, anchorSize, stranger } = world
  const files = makeBundle(log, wish)
  const sound = { files, key: null, anchor: null, earlier: null }
  const key = fingerprintOf(log.key)
  const anchor = makeCheckpoint(log, anchorSize)
  const later = growLog(log, world.dice, { blocks: 1, mostRows: 2 })
  // By the clock of a made log, long after the export.
  const newer = makeCheckpoint(later, later.blocks.length, [log.key], Date.parse(MADE_AT) + 1000)
  yield { name: 'nothing done, key and anchor', ...sound, key, anchor, code: 0 }
  yield { name: 'nothing done, key and earlier export', ...sound, key, earlier: anchor, code: 0 }
  yield { name: 'nothing done, key alone', ...sound, key, code: 2 }
  yield { name: 'nothing done, anchor alone', ...sound, anchor, code: 2 }
  yield { name: 'nothing done, nothing named', ...sound, code: 2 }
  yield { name: 'nothing done, an anchor newer than the export', ...sound, key, anchor: newer, code: 2 }
  const changed = { ...log, key: stranger }
  const both = { ...wish, checkpointKeys: [stranger, log.key] }
  const newKey = { ...sound, files: makeBundle(changed, both), key: fingerprintOf(stranger) }
  const signedByBoth = makeCheckpoint(log, anchorSize, [log.key, stranger])
  yield { name: 'the key changed since, an anchor of both', ...newKey, anchor: signedByBoth, code: 0 }
  yield { name: 'the key changed since, an anchor of the old one', ...newKey, anchor, code: 2 }
}

function spoil(world: World, kind: string, dice: Dice): Scene | null {
  const { log, wish, anchorSize } = world
  const rewrite = REWRITINGS[kind]
  if (rewrite !== undefined) return rewrite(world, dice)
  const files = makeBundle(log, wish)
  const isResealed = Object.hasOwn(RESEALED, kind)
  const changed = (isResealed ? RESEALED : TAMPERINGS)[kind]?.(files, dice) ?? null
  if (changed === null) return null
  const named = {
    key: dice.below(2) === 0 ? fingerprintOf(log.key) : null,
    anchor: dice.below(2) === 0 ? makeCheckpoint(log, anchorSize) : null,
  }
  return {
    name: kind,
    files: isResealed ? reseal(changed, log.key) : changed,
    ...named,
    earlier: null,
    code: 1,
  }
}

/** What only `--key`, `--anchor` or `--earlier` can find. */
const REWRITINGS: Readonly<Record<string, (world: World, dice: Dice) => Scene | null>> = {
  'another key': ({ log, wish, stranger }) => ({
    ...{ name: 'another key', files: makeBundle({ ...log, key: stranger }, wish) },
    ...{ key: fingerprintOf(log.key), anchor: null, earlier: null, code: 1 },
  }),
  'the manifest of another export': ({ log, wish }) => {
    const other = makeBundle(log, { ...wish, redacted: !wish.redacted })
    const manifest = other.get('manifest.json')
    if (manifest === undefined) return null
    const files = makeBundle(log, wish).set('manifest.json', manifest)
    return { name: 'the manifest of another export', files, key: null, anchor: null, earlier: null, code: 1 }
  },
  'the checkpoint of another export': ({ log, wish }) => {
    const files = makeBundle(log, wish)
    files.set('checkpoint', Buffer.from(makeCheckpoint(log, log.blocks.length - 1)))
    const sealed = reseal(files, log.key)
    return {
      name: 'the checkpoint of another export',
      files: sealed,
      key: null,
      anchor: null,
      earlier: null,
      code: 1,
    }
  },
  'a cut tail': ({ log, wish }, dice) => {
    const size = 1 + dice.below(log.blocks.length - 1)
    const cut = { ...log, blocks: log.blocks.slice(0, size) }
    const selection =
      wish.selection.kind === 'range' ? { ...wish.selection, from: 0, to: size } : wish.selection
    const earlierSizes = wish.earlierSizes.filter((each) => each < size)
    const files = makeBundle(cut, { ...wish, selection, earlierSizes })
    return {
      name: 'a cut tail',
      files,
      key: fingerprintOf(log.key),
      ...either(dice, makeCheckpoint(log)),
      code: 1,
    }
  },
  'a chain rewritten whole': ({ log, wish, anchorSize }, dice) => {
    const kept = dice.below(anchorSize)
    const start = { ...log, blocks: log.blocks.slice(0, kept) }
    const rewritten = growLog(start, dice, { blocks: log.blocks.length - kept, mostRows: 4 })
    const files = makeBundle(rewritten, wish)
    const known = makeCheckpoint(log, anchorSize)
    // It may have become the same where there were no rows.
    if (known.split('\n')[2] === makeCheckpoint(rewritten, anchorSize).split('\n')[2]) return null
    return {
      name: 'a chain rewritten whole',
      files,
      key: fingerprintOf(log.key),
      ...either(dice, known),
      code: 1,
    }
  },
}

function either(dice: Dice, known: string): { anchor: string | null; earlier: string | null } {
  return dice.below(2) === 0 ? { anchor: known, earlier: null } : { anchor: null, earlier: known }
}

function fingerprintOf(key: KeyObject): string {
  return sha256(derOf(key)).toString('hex')
}
