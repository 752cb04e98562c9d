// A whole MP4 of 300 MB through the portal, encrypted and not, and the processor time of each; beside it the store
// alone and a bare file server, as the next thing to beat.
import { openArchive } from '../stack/visitor.ts'
import { startBare } from './bare.ts'
import { baseline, compare, type Figure, type Result } from './figure.ts'
import { readCpuSeconds } from './process-usage.ts'
import type { Stage } from './stage.ts'
import { median } from './statistics.ts'

const ROUNDS = 7
const MIN_RATIO = 0.7
const MAX_CPU_RATIO = 1.6

type Way = {
  readonly name: 'encrypted' | 'plain' | 'store' | 'bare'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Whose processor time is counted. */
  readonly pid: number | null
}

type Round = { readonly megabytesPerSecond: number; readonly cpuSeconds: number }

export const wholeFile: Figure = {
  name: 'whole-file',
  measure: (stage) =>
    stage.withPortal({}, async (portal, visitor) => {
      const bare = await startBare(await stage.plain('mp4-plain'))
      try {
        const encrypted = await stage.lay(visitor, 'mp4-encrypted')
        const plain = await stage.lay(visitor, 'mp4-plain')
        const headers = { cookie: visitor.cookie }
        const ways: Way[] = [
          { name: 'store', url: await stage.signStoreUrl(plain), headers: {}, pid: null },
          { name: 'bare', url: bare.url, headers: {}, pid: bare.pid },
        ]
        for (const [name, { archiveId }] of [
          ['encrypted', encrypted],
          ['plain', plain],
        ] as const) {
          const { href } = await openArchive(visitor, archiveId)
          ways.push({ name, url: `${visitor.portalUrl}${href}`, headers, pid: portal.pid })
        }
        return present(await measureWays(stage, ways))
      } finally {
        await bare.stop()
      }
    }),
}

/** In turn, beginning with another each time; the first round warms up and does not count. */
async function measureWays(stage: Stage, ways: readonly Way[]): Promise<Map<Way['name'], Round[]>> {
  const { sizeBytes } = await stage.sample('mp4-plain')
  const rounds = new Map<Way['name'], Round[]>(ways.map(({ name }) => [name, []]))
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const at of ways.keys()) {
      const way = ways[(at + round) % ways.length]
      if (way === undefined) continue
      const before = way.pid === null ? 0 : readCpuSeconds(way.pid)
      const order = { kind: 'read', url: way.url, headers: way.headers } as const
      const { bytes, isComplete, totalMs } = await stage.load.order(order)
      if (!isComplete || bytes !== sizeBytes) throw new Error(`${way.name}: ${bytes} of ${sizeBytes} bytes.`)
      const cpuSeconds = way.pid === null ? Number.NaN : readCpuSeconds(way.pid) - before
      if (round > 0) rounds.get(way.name)?.push({ megabytesPerSecond: bytes / 1e3 / totalMs, cpuSeconds })
    }
  }
  return rounds
}

function present(rounds: ReadonlyMap<Way['name'], readonly Round[]>): Result[] {
  const speed = (name: Way['name']): number =>
    median((rounds.get(name) ?? []).map(({ megabytesPerSecond }) => megabytesPerSecond))
  const cpu = (name: Way['name']): number =>
    median((rounds.get(name) ?? []).map(({ cpuSeconds }) => cpuSeconds))
  const plain = baseline('unencrypted MP4 of 300 MB through the portal', 'MB/s', speed('plain'))
  const store = baseline('it from the store alone', 'MB/s', speed('store'))
  const bare = baseline('it from bare node:http', 'MB/s', speed('bare'))
  const plainCpu = baseline('CPU time of the server for the unencrypted', 's', cpu('plain'))
  const bareCpu = baseline('CPU time of bare node:http', 's', cpu('bare'))
  const value = speed('encrypted')
  const seconds = cpu('encrypted')
  const name = 'encrypted MP4 of 300 MB through the portal'
  return [
    compare(name, value, {
      to: plain,
      bar: { text: `at least ${MIN_RATIO} times`, isMet: value / plain.value >= MIN_RATIO },
    }),
    compare('CPU time of the server for it', seconds, {
      to: plainCpu,
      bar: { text: `at most ${MAX_CPU_RATIO} times`, isMet: seconds / plainCpu.value <= MAX_CPU_RATIO },
    }),
    compare(`${name}, against the store`, value, { to: store }),
    compare(`${name}, against bare node:http`, value, { to: bare }),
    compare('CPU time of the server for it, against bare node:http', seconds, { to: bareCpu }),
    ...[plain, plainCpu, store, bare, bareCpu],
  ]
}
