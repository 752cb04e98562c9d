// Opening a viewing, from the reason to the last byte of the first segment, while the store takes a tenth of a second to
// answer anything; each archive is one that was never opened before.
import { baseline, compare, type Figure } from './figure.ts'
import { median, quantile } from './statistics.ts'

const LATENCY_MS = 100
const WARM_UPS = 3
const OPENINGS = 60
const MAX_SECONDS = 1.2

export const opening: Figure = {
  name: 'opening',
  measure: (stage) =>
    stage.withPortal({}, async (_portal, visitor) => {
      const { faults } = stage.stack.s3
      const slow: number[] = []
      const quick: number[] = []
      for (let n = 0; n < WARM_UPS + OPENINGS; n += 1) {
        for (const seconds of [slow, quick]) {
          const { archiveId } = await stage.lay(visitor, 'ts-encrypted')
          faults.set(seconds === slow ? [{ delayMs: LATENCY_MS }] : [])
          const { totalMs } = await stage.load.order({ kind: 'open', visitor, archiveId })
          faults.set([])
          if (n >= WARM_UPS) seconds.push(totalMs / 1000)
        }
      }
      const value = quantile(slow, 0.95)
      const quickP95 = baseline('opening without latency, p95', 's', quantile(quick, 0.95))
      const quickMedian = baseline('opening without latency, median', 's', median(quick))
      return [
        compare('opening with 100 ms of store latency, p95', value, {
          to: quickP95,
          bar: { text: `at most ${MAX_SECONDS} s`, isMet: value <= MAX_SECONDS },
        }),
        compare('opening with 100 ms of store latency, median', median(slow), { to: quickMedian }),
        ...[quickP95, quickMedian],
      ]
    }),
}
