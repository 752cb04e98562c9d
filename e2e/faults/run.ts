// `npm run faults`: the long runs, a figure a line. Exits 1 when something that is promised did not hold.
// `npm run faults -- NAME …` runs some of them; each is bounded and puts everything away at its end.
import { withTemporaryStack } from '../stack/temporary-stack.ts'
import { runBundles } from './bundles.ts'
import { describeFinding, type Finding } from './finding.ts'
import { runKills } from './kills.ts'
import { runOutages } from './outages.ts'
import { runRevocations } from './revocations.ts'
import { type Scene, whileServing, withScene } from './scene.ts'
import { runSealerKills, runSealLag } from './sealer.ts'
import { whileServingTwice } from './two-portals.ts'

const SAMPLE_BYTES = 64e6
const NEEDS_BYTES = 3e9
/** Something happens within so long after the streams have begun. */
const LONGEST_MS = 900
/** Whatever ends somebody's access, what they watch is gone from their screen. */
const PICTURE_WITHIN_MS = 5_000
/** A kill falls somewhere in the first two passes of the sealer. */
const LONGEST_SEALING_MS = 2_000
const SEALED_WITHIN_MS = 2_000

type Run = (scene: Scene) => Promise<readonly Finding[]>

const RUNS: Readonly<Record<string, Run>> = {
  bundles: () => runBundles({ times: 10_000, seed: Math.floor(Math.random() * 2 ** 32) }),
  kills: async (scene) => [await runKills(scene, { times: 100, longestMs: LONGEST_MS })],
  frozen: serving((scene) => runOutages(scene, { kind: 'frozen', times: 20, longestMs: LONGEST_MS })),
  'thrown-down': serving((scene) =>
    runOutages(scene, { kind: 'thrown down', times: 20, longestMs: LONGEST_MS }),
  ),
  revocations: (scene) =>
    whileServingTwice(scene.stack, (processes) =>
      runRevocations(scene, processes, {
        ...{ times: 100, longestMs: LONGEST_MS, atOnce: 4 },
        pictureWithinMs: PICTURE_WITHIN_MS,
      }),
    ),
  sealer: async (scene) => [
    await runSealerKills(scene, { times: 100, writers: 32, longestMs: LONGEST_SEALING_MS }),
    await runSealLag(scene, { perSecond: 500, seconds: 60, p99Ms: SEALED_WITHIN_MS }),
  ],
}

function serving(run: (scene: Scene) => Promise<Finding>): Run {
  return async (scene) => [await whileServing(scene.stack, () => run(scene))]
}

function chooseRuns(): (readonly [string, Run])[] {
  const names = process.argv.slice(2)
  const unknown = names.find((name) => !Object.hasOwn(RUNS, name))
  if (unknown !== undefined)
    throw new Error(`There is no fault ${unknown}, but ${Object.keys(RUNS).join(', ')}.`)
  return Object.entries(RUNS).filter(([name]) => names.length === 0 || names.includes(name))
}

async function main(): Promise<boolean> {
  const runs = chooseRuns()
  return withTemporaryStack({ name: 'faults', needsBytes: NEEDS_BYTES }, (stack) =>
    withScene(stack, SAMPLE_BYTES, async (scene) => {
      let areKept = true
      for (const [, run] of runs) {
        for (const finding of await run(scene)) {
          process.stdout.write(`${describeFinding(finding)}\n`)
          areKept &&= finding.isKept
        }
      }
      return areKept
    }),
  )
}

try {
  process.exit((await main()) ? 0 : 1)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
