// A hundred people watch at once, each a viewing of their own at a megabit a second, over lines of two. Beside it the
// same from a bare file server.

import type { LaidArchive } from '../stack/lay-archive.ts'
import { listSegments, openArchive, signIn, type Visitor } from '../stack/visitor.ts'
import { startBare } from './bare.ts'
import { baseline, compare, type Figure, type Result } from './figure.ts'
import { readCpuSeconds, readResidentBytes, watchMemory } from './process-usage.ts'
import type { Stage } from './stage.ts'
import type { ViewerOrder, WatchReport } from './watch.ts'

const VIEWERS = 100
const VIEWINGS_A_SIGN_IN = 5
/** They begin one after the other over the length of a segment, so that they do not all ask at once. */
const RAMP_SECONDS = 20
const SECONDS = 80
const MAX_CORES = 0.5
const MAX_MEGABYTES = 250

type Measured = {
  readonly report: WatchReport
  readonly cores: number
  readonly megabytes: number
}

export const viewers: Figure = {
  name: 'viewers',
  async measure(stage) {
    const plain = await stage.plain('ts-encrypted')
    const ours = await stage.withPortal({}, async (portal, visitor) => {
      const archive = await stage.lay(visitor, 'ts-encrypted')
      await warmUp(stage, visitor, archive)
      return measureWatching(stage, portal.pid, await prepareViewers(stage, archive))
    })
    const bare = await startBare(plain)
    try {
      const theirs = await measureWatching(stage, bare.pid, await prepareBareViewers(stage, bare.url))
      return present(ours, theirs)
    } finally {
      await bare.stop()
    }
  },
}

async function measureWatching(
  { load }: Stage,
  pid: number,
  orders: readonly ViewerOrder[],
): Promise<Measured> {
  const beforeBytes = readResidentBytes(pid)
  const beforeSeconds = readCpuSeconds(pid)
  const startedMs = performance.now()
  const watching = load.order({ kind: 'watch', viewers: orders, seconds: SECONDS })
  const { outcome, mostBytes } = await watchMemory(pid, watching)
  const cores = (readCpuSeconds(pid) - beforeSeconds) / ((performance.now() - startedMs) / 1000)
  return { report: outcome, cores, megabytes: (mostBytes - beforeBytes) / 1e6 }
}

/** What a server loads once and keeps is not the viewers'. */
async function warmUp(stage: Stage, visitor: Visitor, { archiveId }: LaidArchive): Promise<void> {
  const segments = await listSegments(visitor, await openArchive(visitor, archiveId))
  for (const { path } of segments.slice(0, 10)) {
    await stage.load.order({
      ...{ kind: 'read', url: `${visitor.portalUrl}${path}`, headers: { cookie: visitor.cookie } },
    })
  }
}

/** Everybody who may, with several sign-ins, each with a few viewings. */
async function prepareViewers({ stack }: Stage, { archiveId }: LaidArchive): Promise<ViewerOrder[]> {
  const orders: ViewerOrder[] = []
  while (orders.length < VIEWERS) {
    const person = stack.reviewers[(orders.length / VIEWINGS_A_SIGN_IN) % stack.reviewers.length]
    if (person === undefined) throw new Error('Nobody may play.')
    const visitor = await signIn(stack.portalUrl, person)
    const headers = { cookie: visitor.cookie }
    for (let n = 0; n < VIEWINGS_A_SIGN_IN; n += 1) {
      const opened = await openArchive(visitor, archiveId)
      const segments = await listSegments(visitor, opened)
      // From anywhere in the first half: nobody reads what another has just read.
      const from = Math.floor((orders.length / VIEWERS) * segments.length * 0.5)
      orders.push({
        headers,
        segments: segments
          .slice(from, from + SECONDS)
          .map(({ path, seconds }) => ({ url: `${visitor.portalUrl}${path}`, seconds })),
        heartbeat: {
          url: `${visitor.portalUrl}/viewings/${opened.viewingId}/progress`,
          origin: visitor.portalUrl,
        },
        startAfterMs: (orders.length / VIEWERS) * RAMP_SECONDS * 1000,
      })
    }
  }
  return orders
}

/** The same bytes in the same time, as ranges of the file. */
async function prepareBareViewers(stage: Stage, url: string): Promise<ViewerOrder[]> {
  const { sizeBytes } = await stage.sample('ts-encrypted')
  const seconds = 20
  const bytes = 2_500_000
  return Array.from({ length: VIEWERS }, (_, viewer) => {
    const from = Math.floor((viewer / VIEWERS) * sizeBytes * 0.5)
    const segments = Array.from({ length: SECONDS / seconds + 2 }, (_, n) => {
      const start = from + n * bytes
      return { url, seconds, range: `bytes=${start}-${start + bytes - 1}` }
    })
    return {
      headers: {},
      segments,
      heartbeat: null,
      startAfterMs: (viewer / VIEWERS) * RAMP_SECONDS * 1000,
    }
  })
}

function present({ report, cores, megabytes }: Measured, theirs: Measured): Result[] {
  const bareCores = baseline('100 viewers of bare node:http', 'cores', theirs.cores)
  const bareMemory = baseline('memory of bare node:http for them', 'MB', theirs.megabytes)
  const played = baseline('segments played', 'segments', report.segments)
  const longest = report.stalls === 0 ? '' : ` (the longest ${report.longestStallMs.toFixed(0)} ms)`
  return [
    compare('100 viewers at 1 Mb/s', cores, {
      to: bareCores,
      bar: { text: `under ${MAX_CORES} cores`, isMet: cores < MAX_CORES },
    }),
    compare('memory for them', megabytes, {
      to: bareMemory,
      bar: { text: `under ${MAX_MEGABYTES} MB`, isMet: megabytes < MAX_MEGABYTES },
    }),
    compare('segments that came too late', report.stalls, {
      to: played,
      bar: { text: `none${longest}`, isMet: report.stalls === 0 },
    }),
    compare('requests refused', report.refusals, {
      to: played,
      bar: { text: ['none', ...report.faults].join(', '), isMet: report.refusals === 0 },
    }),
    ...[bareCores, bareMemory, played],
  ]
}
