import { setTimeout as wait } from 'node:timers/promises'
import { AppError, isAppError } from '../errors.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import { type ArchivePage, parseArchive, parseArchivePage, type RecorderArchive } from './archive.ts'
import { findClockSkewSeconds, refuse } from './refusal.ts'
import { createAuthHeaders, type RecorderCredentials } from './token.ts'

export type RecorderSettings = RecorderCredentials & {
  /** `https://api.opentok.com`, `https://video.api.vonage.com`, or a stand-in. */
  readonly apiUrl: string
}

export type ListQuery = {
  /** From the most recently started, 0. */
  readonly offset: number
  /** At most 1,000. */
  readonly count: number
  readonly sessionId?: string
}

/**
 * The recorder's archive API. Throws AppError: `recorder-forbidden`, `recorder-clock-skew`, `recorder-unavailable` (down,
 * slow, 5xx, after some tries), `recorder-misbehaved`, `address-refused`. A signal of the caller's throws its own reason.
 */
export interface Recorder {
  /** One page, newest first; deleted archives are not listed. Only a page shorter than asked for is the last. */
  listArchives(query: ListQuery, signal: AbortSignal): Promise<ArchivePage>
  /** Null when the recorder knows no such archive. Its `url` is fresh, for ten minutes. */
  getArchive(archiveId: string, signal: AbortSignal): Promise<RecorderArchive | null>
}

export type RecorderTiming = {
  /** How long one answer may take, body included. */
  readonly answerTimeoutMs: number
  /** The pauses before the second try, the third … */
  readonly pausesMs: readonly number[]
}

const RECORDER_TIMING: RecorderTiming = { answerTimeoutMs: 20_000, pausesMs: [250, 1_000, 3_000] }

/** A thousand archives make one megabyte and a half at most. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024
const MAX_PAUSE_MS = 10_000

type Answer = {
  readonly status: number
  readonly retryAfter: string | null
  /** By how much the recorder's clock is ahead of ours. */
  readonly skewSeconds: number | null
  readonly body: unknown
}

export function createRecorder(
  settings: RecorderSettings,
  outgoing: Pick<Outgoing, 'fetch'>,
  timing: RecorderTiming = RECORDER_TIMING,
): Recorder {
  const project = settings.kind === 'opentok' ? settings.apiKey : settings.applicationId
  const base = `${settings.apiUrl.replace(/\/+$/, '')}/v2/project/${encodeURIComponent(project)}/archive`

  const askOnce = async (url: string, signal: AbortSignal): Promise<Answer> => {
    const limit = AbortSignal.timeout(timing.answerTimeoutMs)
    const asked = new Date()
    try {
      const response = await outgoing.fetch(url, {
        headers: { accept: 'application/json', ...createAuthHeaders(settings, asked) },
        signal: AbortSignal.any([signal, limit]),
      })
      return {
        status: response.status,
        retryAfter: response.headers.get('retry-after'),
        skewSeconds: findClockSkewSeconds(response.headers.get('date'), asked),
        body: parseJson(await readText(response.body)),
      }
    } catch (error) {
      signal.throwIfAborted()
      if (isAppError(error)) throw error
      if (limit.aborted) {
        const seconds = timing.answerTimeoutMs / 1000
        throw new AppError('recorder-unavailable', `The recorder did not answer within ${seconds} seconds.`)
      }
      throw new AppError('recorder-unavailable', undefined, { facts: { reason: reasonOf(error) } })
    }
  }

  /** Tries again what may be better in a moment; everything here only reads. */
  const ask = async (url: string, signal: AbortSignal): Promise<Answer> => {
    for (const pauseMs of timing.pausesMs) {
      try {
        const answer = await askOnce(url, signal)
        if (answer.status < 500 && answer.status !== 429) return answer
        await wait(Math.max(pauseMs, retryAfterMs(answer.retryAfter)), undefined, { signal })
      } catch (error) {
        signal.throwIfAborted()
        if (!isAppError(error, 'recorder-unavailable')) throw error
        await wait(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted())
      }
    }
    return askOnce(url, signal)
  }

  return {
    async listArchives({ offset, count, sessionId }, signal) {
      const query = new URLSearchParams({ offset: String(offset), count: String(count) })
      if (sessionId !== undefined) query.set('sessionId', sessionId)
      const answer = await ask(`${base}?${query}`, signal)
      if (answer.status !== 200) throw refuse(answer)
      const page = parseArchivePage(answer.body)
      if (page !== null) return page
      throw new AppError('recorder-misbehaved', 'The recorder’s answer holds no list of archives.')
    },

    async getArchive(archiveId, signal) {
      const answer = await ask(`${base}/${encodeURIComponent(archiveId)}`, signal)
      // 400 is its answer to an id that is none.
      if (answer.status === 404 || answer.status === 400) return null
      if (answer.status !== 200) throw refuse(answer)
      const archive = parseArchive(answer.body)
      if (archive !== null) return archive
      throw new AppError('recorder-misbehaved', 'The recorder’s record of the archive cannot be read.')
    },
  }
}

type Body = AsyncIterable<Uint8Array> | null

async function readText(body: Body): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > MAX_ANSWER_BYTES) {
      throw new AppError('recorder-misbehaved', 'The recorder’s answer is far too long.')
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Undefined when it is not JSON: what that means depends on the status. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function retryAfterMs(header: string | null): number {
  const seconds = Number(header ?? '')
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, MAX_PAUSE_MS) : 0
}

/** A short word for the server's log, `ECONNREFUSED` as a rule; never the address. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.name : typeof cause
}
