import { createHash, timingSafeEqual } from 'node:crypto'
import { Counter, collectDefaultMetrics, Registry } from 'prom-client'

type Metrics = { readonly registry: Registry; readonly requests: Counter<'method' | 'status'> }

declare global {
  // One for all bundles of the process.
  var recordroomMetrics: Metrics | undefined
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])

/** Counts an answer of the server. A method nobody serves is counted as `other`, so that a client makes no new series. */
export function countRequest(method: string, status: number): void {
  metrics().requests.inc({ method: METHODS.has(method) ? method : 'other', status: String(status) })
}

/** Everything counted so far, as Prometheus reads it. */
export async function renderMetrics(): Promise<{ readonly contentType: string; readonly text: string }> {
  const { registry } = metrics()
  return { contentType: registry.contentType, text: await registry.metrics() }
}

/** Whether a request carries the token as its Bearer; the time this takes says nothing about the token. */
export function hasMetricsToken(headers: Headers, token: string): boolean {
  return timingSafeEqual(digest(headers.get('authorization') ?? ''), digest(`Bearer ${token}`))
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
  globalThis.recordroomMetrics = { registry, requests }
  return globalThis.recordroomMetrics
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
