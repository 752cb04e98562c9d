// The short form of `npm run faults`: the same runs, a few times each, on a stack of its own.
import { expect, test } from '@playwright/test'
import { withTemporaryStack } from '../stack/temporary-stack.ts'
import { describeFinding } from './finding.ts'
import { runKills } from './kills.ts'
import { runOutages } from './outages.ts'
import { runRevocations } from './revocations.ts'
import { whileServing, withScene } from './scene.ts'
import { runSealerKills } from './sealer.ts'
import { whileServingTwice } from './two-portals.ts'

const SAMPLE_BYTES = 24e6
const NEEDS_BYTES = 1e9
const LONGEST_MS = 300
/** Here it is whether it goes; how soon is for the long run, which has the machine to itself. */
const PICTURE_WITHIN_MS = 20_000

test('no byte leaves without its row, whatever happens to the portal, its database or somebody’s access', async () => {
  test.setTimeout(300_000)
  const findings = await withTemporaryStack({ name: 'faults', needsBytes: NEEDS_BYTES }, (stack) =>
    withScene(stack, SAMPLE_BYTES, async (scene) => [
      await runKills(scene, { times: 2, longestMs: LONGEST_MS }),
      await runSealerKills(scene, { times: 2, writers: 8, longestMs: 1_000 }),
      ...(await whileServing(stack, async () => [
        await runOutages(scene, { kind: 'frozen', times: 1, longestMs: LONGEST_MS }),
        await runOutages(scene, { kind: 'thrown down', times: 1, longestMs: LONGEST_MS }),
      ])),
      ...(await whileServingTwice(stack, (processes) =>
        runRevocations(scene, processes, {
          ...{ times: 1, longestMs: LONGEST_MS, atOnce: 2 },
          pictureWithinMs: PICTURE_WITHIN_MS,
        }),
      )),
    ]),
  )
  expect(findings.filter(({ isKept }) => !isKept).map(describeFinding)).toEqual([])
})
