// The database goes away while the portal streams: what is under way breaks off, what is asked for anew is refused with
// 503, nothing leaves that is not on record, and when the database is back everything goes on without help.
import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from '../stack/visitor.ts'
import { addToTally, createTally, describeTally, isKept, type Tally } from './compare.ts'
import type { Finding } from './finding.ts'
import type { Scene } from './scene.ts'
import { type StreamEnd, startStream } from './stream.ts'

export type OutageKind = 'frozen' | 'thrown down'

const KINDS = ['file', 'slow', 'segments'] as const
/** How long the portal may take to notice: a write to the log has three seconds. */
const REFUSED_WITHIN_MS = 8_000
const BACK_WITHIN_MS = 30_000
const STREAM_ENDS_WITHIN_MS = 20_000

type Sums = {
  readonly tally: Tally
  refusals: number
  slowestRefusalMs: number
  slowestReturnMs: number
  faults: string[]
}

/** The portal is to be serving. */
export async function runOutages(
  scene: Scene,
  options: { readonly kind: OutageKind; readonly times: number; readonly longestMs: number },
): Promise<Finding> {
  const { kind, times } = options
  const sums: Sums = {
    ...{ tally: createTally(), faults: [] },
    ...{ refusals: 0, slowestRefusalMs: 0, slowestReturnMs: 0 },
  }
  for (let round = 0; round < times; round += 1) await runRound(scene, sums, options)
  const seconds = (ms: number): string => (ms / 1000).toFixed(1)
  return {
    name: `Postgres ${kind} ${times} times while the portal streams`,
    figure: [
      describeTally(sums.tally),
      `${sums.refusals} requests refused with 503 within ${seconds(sums.slowestRefusalMs)} s`,
      `back within ${seconds(sums.slowestReturnMs)} s by itself`,
      ...new Set(sums.faults),
    ].join(', '),
    isKept: isKept(sums.tally) && sums.faults.length === 0,
  }
}

async function runRound(
  scene: Scene,
  sums: Sums,
  options: { readonly kind: OutageKind; readonly longestMs: number },
): Promise<void> {
  const { visitor, database } = scene
  const streams = await Promise.all(KINDS.map((kind) => startStream(scene, visitor, { kind })))
  await sleep(5 + Math.random() * options.longestMs)
  if (options.kind === 'frozen') database.freeze()
  else await database.throwDown()
  for (const stream of streams) stream.hurry()
  const [first] = streams
  const open = {
    archiveId: scene.file.archiveId,
    reasonCode: 'quality',
    reason: 'Asked while nobody can write.',
  }
  await Promise.all([
    expectRefusal(scene, sums, { path: '/viewings', method: 'POST', json: open }),
    expectRefusal(scene, sums, { path: `/viewings/${first?.viewingId}/media` }),
    expectRefusal(scene, sums, { path: `/sessions/search?q=${'0'.repeat(8)}` }),
  ])
  const ends = await Promise.all(streams.map(({ ended }) => withinTime(ended)))
  if (options.kind === 'frozen') database.thaw()
  else await database.bringBack()
  await waitUntilBack(scene, sums)
  for (const end of ends) {
    if (end === null) sums.faults.push(`a stream goes on ${STREAM_ENDS_WITHIN_MS / 1000} s after`)
    else await judge(scene, sums, end)
  }
}

async function judge(scene: Scene, { tally, faults }: Sums, end: StreamEnd): Promise<void> {
  if (end.how === 'refused' && end.status !== 503) faults.push(`a stream is refused with ${end.status}`)
  await addToTally(scene, tally, end)
}

async function expectRefusal(
  { visitor }: Scene,
  sums: Sums,
  { path, ...init }: { readonly path: string; readonly method?: string; readonly json?: unknown },
): Promise<void> {
  const startedMs = performance.now()
  const what = `${init.method ?? 'GET'} ${path.replace(/[?].*|[0-9a-f-]{36}/g, '…')}`
  try {
    const response = await ask(visitor, path, init)
    const text = await response.text()
    if (response.status === 503 && text.includes('audit-unavailable')) sums.refusals += 1
    else sums.faults.push(`${what} answers ${response.status} ${text.slice(0, 120)}`)
  } catch (error) {
    sums.faults.push(`${what} has no answer (${error instanceof Error ? error.name : error})`)
  }
  const tookMs = performance.now() - startedMs
  sums.slowestRefusalMs = Math.max(sums.slowestRefusalMs, tookMs)
  if (tookMs > REFUSED_WITHIN_MS) sums.faults.push(`${what} takes ${Math.round(tookMs / 1000)} s to refuse`)
}

async function waitUntilBack({ visitor }: Scene, sums: Sums): Promise<void> {
  const startedMs = performance.now()
  while (performance.now() - startedMs < BACK_WITHIN_MS) {
    const status = await ask(visitor, '/sessions/search?q=00000000').then(
      async (response) => {
        await response.text()
        return response.status
      },
      () => 0,
    )
    if (status === 200) {
      sums.slowestReturnMs = Math.max(sums.slowestReturnMs, performance.now() - startedMs)
      return
    }
    await sleep(100)
  }
  sums.faults.push(`the portal is not back ${BACK_WITHIN_MS / 1000} s after the database`)
}

function withinTime<T>(work: Promise<T>): Promise<T | null> {
  const limit = new AbortController()
  const late = sleep(STREAM_ENDS_WITHIN_MS, null, { signal: limit.signal }).catch(() => null)
  return Promise.race([work, late]).finally(() => limit.abort())
}
