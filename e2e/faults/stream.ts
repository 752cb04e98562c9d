// A player's stream while something happens to the portal: what came of the recording, and how it ended.
import { receive } from '../stack/receive.ts'
import { type Opened, openArchive, type Visitor } from '../stack/visitor.ts'
import { type Scene, TABLES_BYTES } from './scene.ts'
import type { Span } from './spans.ts'

const MOST_TRIES = 5

export type StreamKind = 'file' | 'range' | 'slow' | 'segments'

export type StreamEnd = {
  readonly kind: StreamKind
  readonly viewingId: string
  /** Of the recording. */
  readonly spans: readonly Span[]
  /** As they came, tables included. */
  readonly bytes: number
  /** Broken off, refused, or at its end. */
  readonly how: 'broken' | 'refused' | 'finished'
  /** Of the last answer. */
  readonly status: number
  /** Answers that ended as if all were sent, and was not. */
  readonly falseEnds: number
}

export type Stream = {
  readonly viewingId: string
  readonly ended: Promise<StreamEnd>
  /** Takes the rest as fast as it comes. */
  hurry(): void
}

const SLOW_BYTES_PER_SECOND = 3e6

type StreamOptions = {
  readonly kind: StreamKind
  /** One server process, where there are several. */
  readonly servedBy?: string
  /** Until it is hurried; left out, only a slow one is held back. */
  readonly bytesPerSecond?: number
}

/** On a busy machine the log may not answer in time: nothing was served then, and it is asked again. */
async function openPatiently(visitor: Visitor, archiveId: string): Promise<Opened> {
  for (let triesLeft = MOST_TRIES - 1; ; triesLeft -= 1) {
    try {
      return await openArchive(visitor, archiveId)
    } catch (error) {
      if (triesLeft === 0 || !String(error).includes('audit-unavailable')) throw error
    }
  }
}

/** Opens the recording and begins to read it, on connections of its own. */
export async function startStream(
  scene: Scene,
  visitor: Visitor,
  { kind, servedBy = visitor.portalUrl, bytesPerSecond = usualPace(kind) }: StreamOptions,
): Promise<Stream> {
  const { archiveId } = kind === 'segments' ? scene.segmented : scene.file
  const { viewingId } = await openPatiently(visitor, archiveId)
  let isHurried = false
  const pace = (): number => (isHurried ? Number.POSITIVE_INFINITY : bytesPerSecond)
  const told = { scene, visitor, kind, viewingId, pace, servedBy }
  return {
    viewingId,
    ended: kind === 'segments' ? readSegments(told) : readFile(told),
    hurry: () => {
      isHurried = true
    },
  }
}

function usualPace(kind: StreamKind): number {
  return kind === 'slow' ? SLOW_BYTES_PER_SECOND : Number.POSITIVE_INFINITY
}

type Told = {
  readonly scene: Scene
  readonly visitor: Visitor
  readonly kind: StreamKind
  readonly viewingId: string
  readonly pace: () => number
  readonly servedBy: string
}

async function readFile({ scene, visitor, kind, viewingId, pace, servedBy }: Told): Promise<StreamEnd> {
  const { sizeBytes } = scene.file
  const start = kind === 'range' ? Math.floor(Math.random() * sizeBytes * 0.3) : 0
  const { status, bytes, isComplete } = await receive({
    url: `${servedBy}/viewings/${viewingId}/media`,
    headers: { cookie: visitor.cookie, ...(kind === 'range' ? { range: `bytes=${start}-` } : {}) },
    agent: false,
    pace,
  })
  const isServed = status === 200 || status === 206
  const isShort = bytes < sizeBytes - start
  return {
    ...{ kind, viewingId, status, bytes: isServed ? bytes : 0 },
    spans: isServed ? [{ start, end: start + bytes }] : [],
    how: status >= 400 ? 'refused' : isServed && isComplete ? 'finished' : 'broken',
    falseEnds: isServed && isComplete && isShort ? 1 : 0,
  }
}

async function readSegments({ scene, visitor, kind, viewingId, pace, servedBy }: Told): Promise<StreamEnd> {
  const spans: Span[] = []
  let sum = 0
  for (const [n, facts] of scene.segmented.segments.entries()) {
    const { status, bytes, isComplete } = await receive({
      url: `${servedBy}/viewings/${viewingId}/segments/${n}.ts`,
      headers: { cookie: visitor.cookie },
      agent: false,
      pace,
    })
    const end = { kind, viewingId, spans, status, falseEnds: 0 }
    if (status >= 400) return { ...end, bytes: sum, how: 'refused' }
    if (status === 0) return { ...end, bytes: sum, how: 'broken' }
    sum += bytes
    const { start } = facts.span
    spans.push({ start, end: start + Math.max(0, bytes - TABLES_BYTES) })
    const isWhole = bytes === facts.bytes
    if (!isComplete || !isWhole) {
      return { ...end, bytes: sum, how: 'broken', falseEnds: isComplete && !isWhole ? 1 : 0 }
    }
  }
  return { ...{ kind, viewingId, spans, status: 200, falseEnds: 0 }, bytes: sum, how: 'finished' }
}
