import { createHash, timingSafeEqual } from 'node:crypto'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { AnchorLag } from './audit/anchor/anchor-lag.ts'
import type { SealState } from './audit/seal-state.ts'

type Metrics = {
  readonly registry: Registry
  readonly requests: Counter<'method' | 'status'>
  readonly seal: Readonly<Record<keyof SealState, Gauge>>
  readonly anchor: Readonly<Record<keyof AnchorLag, Gauge>>
}

declare global {
  // One for all bundles of the process.
  var recordroomMetrics: Metrics | undefined
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])

/** Counts an answer of the server. A method nobody serves is counted as `other`, so that a client makes no new series. */
export function countRequest(method: string, status: number): void {
  metrics().requests.inc({ method: METHODS.has(method) ? method : 'other', status: String(status) })
}

/**
 * Everything counted so far, and how far the log is sealed and anchored, as Prometheus reads it. Null when the database
 * does not say: no figure is better than an old one; and where there is no anchor.
 */
export async function renderMetrics(
  sealState: SealState | null,
  anchorLag: AnchorLag | null,
): Promise<{ readonly contentType: string; readonly text: string }> {
  const { registry, seal, anchor } = metrics()
  for (const name of SEAL_FIGURES) {
    if (sealState === null) seal[name].remove()
    else seal[name].set(sealState[name])
  }
  for (const name of ANCHOR_FIGURES) {
    const figure = anchorLag?.[name] ?? null
    if (figure === null) anchor[name].remove()
    else anchor[name].set(figure)
  }
  return { contentType: registry.contentType, text: await registry.metrics() }
}

/** Whether a request carries the token as its Bearer; the time this takes says nothing about the token. */
export function hasMetricsToken(headers: Headers, token: string): boolean {
  return timingSafeEqual(digest(headers.get('authorization') ?? ''), digest(`Bearer ${token}`))
}

const SEAL_FIGURES = ['lagSeconds', 'oldestUnsealedSeconds', 'blocks', 'rowsSealed'] as const

const ANCHOR_FIGURES = ['ageSeconds', 'lagSeconds'] as const

function createAnchorFigures(registry: Registry): Metrics['anchor'] {
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name: `recordroom_log_${name}`, help, registers: [registry] })
  return {
    ageSeconds: gauge(
      'anchor_age_seconds',
      'Age of the newest checkpoint that is at the anchor; ten minutes at most when all is well.',
    ),
    lagSeconds: gauge('anchor_lag_seconds', 'Age of the oldest checkpoint that is not at the anchor yet.'),
  }
}

function createSealFigures(registry: Registry): Metrics['seal'] {
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name: `recordroom_log_${name}`, help, registers: [registry] })
  return {
    lagSeconds: gauge(
      'seal_lag_seconds',
      'Age of the oldest row of the log that could be sealed and is not.',
    ),
    oldestUnsealedSeconds: gauge(
      'oldest_unsealed_seconds',
      'Age of the oldest row that is not sealed, also when an open transaction holds it back.',
    ),
    blocks: gauge('blocks', 'Blocks of the sealed log.'),
    rowsSealed: gauge('rows_sealed', 'Rows of the log that are in a block.'),
  }
}

function metrics(): Metrics {
  if (globalThis.recordroomMetrics !== undefined) return globalThis.recordroomMetrics
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'recordroom_requests_total',
    help: 'Requests answered, by method and status.',
    labelNames: ['method', 'status'],
    registers: [registry],
  })
  const [seal, anchor] = [createSealFigures(registry), createAnchorFigures(registry)]
  globalThis.recordroomMetrics = { registry, requests, seal, anchor }
  return globalThis.recordroomMetrics
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
