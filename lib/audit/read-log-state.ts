import type { PrismaClient } from '../../prisma/client/client.ts'
import type { Services } from '../services.ts'
import { sayAnchor } from './anchor/say-anchor.ts'
import type { LogScope } from './learn-filter.ts'
import { readSealState } from './seal-state.ts'
import { sayAuthority } from './timestamp/ask-authority.ts'

export type LogLevel = 'good' | 'amber' | 'red'

/** Since when a place outside cannot be reached, and why. */
type Reached = { readonly failingSince: Date | null; readonly cause: string | null }

/** How far the log is sealed, anchored and checked: what the line above it says. */
export type LogState = {
  /** Until when everything on record is in a block that is signed; null before the first. */
  readonly sealedUpTo: Date | null
  readonly oldestUnsealedSeconds: number
  readonly anchor:
    | ({
        /** Without a secret: `s3://bucket/prefix`. */
        readonly where: string
        /** When the newest checkpoint was put there, and of how many blocks it speaks. */
        readonly lastAt: Date | null
        readonly size: number
      } & Reached)
    | null
  /** Whoever stamps the head with their own time; null where nobody is named. */
  readonly stamp: ({ readonly where: string; readonly lastAt: Date | null } & Reached) | null
  readonly lastCheck: {
    readonly at: Date
    readonly outcome: 'allowed' | 'failed'
    /** What it says of the log of all projects, and who asked for it, null for the night’s: for those who read all of it. */
    readonly told: { readonly by: string | null; readonly sentence: string } | null
  } | null
  /** The one that runs or waits its turn: of how many blocks, for those who read all of the log, once it has begun. */
  readonly running: { readonly of: { readonly done: number; readonly size: number } | null } | null
  readonly level: LogLevel
}

const SECONDS = 1_000
/** Sealing takes a second; ten are more than a slow moment. */
const UNSEALED_AMBER_SECONDS = 10
const UNSEALED_RED_SECONDS = 5 * 60
/** A store that is away for minutes is back by itself; after an hour nobody knows about it. */
const ANCHOR_AMBER_SECONDS = 5 * 60
const ANCHOR_RED_SECONDS = 60 * 60
/** Two nights without a check that came to its end. */
const CHECK_AMBER_SECONDS = 48 * 60 * 60

type AnchorRow = {
  size: bigint
  lastAt: Date | null
  failingSince: Date | null
  cause: string | null
  isOther: boolean
}
type StampRow = { lastAt: Date | null; failingSince: Date | null; cause: string | null }
type CheckRow = { at: Date; by: string | null; outcome: 'allowed' | 'failed'; sentence: string }
type Reader = Pick<PrismaClient, '$queryRaw'>

/**
 * Reads it, as somebody may know it who reads the log of these projects. Amber: sealing more than 10 seconds behind; no
 * anchor, or it or the time-stamping authority failing for more than 5 minutes; no check for 48 hours. Red: sealing more
 * than 5 minutes behind; one of the two failing for more than an hour, or the anchor holding something else; the last check
 * found something.
 */
export async function readLogState(
  { db, env: { auditAnchor: anchor, auditTimestampUrl } }: Pick<Services, 'db' | 'env'>,
  scope: LogScope,
): Promise<LogState> {
  const seal = await readSealState(db)
  const [head] = await db.$queryRaw<{ now: Date; sealedAt: Date | null; begunAt: Date | null }[]>`
    SELECT clock_timestamp() AS now, (SELECT at FROM audit.blocks ORDER BY number DESC LIMIT 1) AS "sealedAt",
      (SELECT min(begun_at) FROM audit.series) AS "begunAt"`
  const now = head?.now ?? new Date()
  const anchored = anchor === null ? null : await readAnchor(db, sayAnchor(anchor))
  const stamp = auditTimestampUrl === null ? null : await readStamp(db, sayAuthority(auditTimestampUrl))
  const lastCheck = await readLastCheck(db, scope)
  const running = await readRunning(db, scope)
  const state = {
    sealedUpTo: sealedUpTo(head?.sealedAt ?? null, {
      now,
      oldestUnsealedSeconds: seal.oldestUnsealedSeconds,
    }),
    oldestUnsealedSeconds: seal.oldestUnsealedSeconds,
    anchor: anchored === null ? null : anchored.shown,
    ...{ stamp, lastCheck, running },
  }
  const isOther = anchored?.isOther === true
  const checkedAt = lastCheck?.at ?? head?.begunAt ?? now
  return { ...state, level: judgeLevel(state, { now, isOther, checkedAt }) }
}

/** How good all this is at a moment. */
export function judgeLevel(
  state: Omit<LogState, 'level'>,
  { now, isOther, checkedAt }: { readonly now: Date; readonly isOther: boolean; readonly checkedAt: Date },
): LogLevel {
  const since = (moment: Date): number => (now.getTime() - moment.getTime()) / SECONDS
  const failing = Math.max(
    ...[state.anchor, state.stamp].map((place) => (place?.failingSince ? since(place.failingSince) : 0)),
  )
  if (state.lastCheck?.outcome === 'failed' || isOther) return 'red'
  if (state.oldestUnsealedSeconds > UNSEALED_RED_SECONDS || failing > ANCHOR_RED_SECONDS) return 'red'
  if (state.anchor === null || failing > ANCHOR_AMBER_SECONDS) return 'amber'
  if (state.oldestUnsealedSeconds > UNSEALED_AMBER_SECONDS || since(checkedAt) > CHECK_AMBER_SECONDS)
    return 'amber'
  return 'good'
}

/** With nothing unsealed that is now, whenever the last block was. */
function sealedUpTo(
  sealedAt: Date | null,
  { now, oldestUnsealedSeconds }: { readonly now: Date; readonly oldestUnsealedSeconds: number },
): Date | null {
  if (sealedAt === null) return null
  return oldestUnsealedSeconds === 0 ? now : new Date(now.getTime() - oldestUnsealedSeconds * SECONDS)
}

async function readAnchor(
  db: Reader,
  where: string,
): Promise<{ readonly shown: NonNullable<LogState['anchor']>; readonly isOther: boolean }> {
  const [row] = await db.$queryRaw<AnchorRow[]>`
    SELECT latest_size AS size, anchored_at AS "lastAt", failing_since AS "failingSince", cause,
      failing_since IS NOT NULL AND (SELECT code FROM audit.events WHERE action = 'anchor.failed' AND target_id = place
        ORDER BY at DESC, id DESC LIMIT 1) IS NOT DISTINCT FROM 'anchor-conflict' AS "isOther"
    FROM anchors WHERE place = ${where}`
  const { size = 0n, lastAt = null, failingSince = null, cause = null, isOther = false } = row ?? {}
  return { shown: { where, lastAt, size: Number(size), failingSince, cause }, isOther }
}

async function readStamp(db: Reader, where: string): Promise<LogState['stamp']> {
  const [row] = await db.$queryRaw<StampRow[]>`
    SELECT (SELECT max(stamped_at) FROM time_stamps WHERE authority = wanted.place) AS "lastAt",
      a.failing_since AS "failingSince", a.cause
    FROM (VALUES (${where}::text)) AS wanted (place) LEFT JOIN anchors a ON a.place = wanted.place`
  return { where, lastAt: null, failingSince: null, cause: null, ...row }
}

async function readLastCheck(db: Reader, scope: LogScope): Promise<LogState['lastCheck']> {
  const [row] = await db.$queryRaw<CheckRow[]>`
    SELECT ended_at AS at, coalesce(asked_by->>'name', asked_by->>'email') AS by, outcome, sentence
    FROM log_checks WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1`
  if (row === undefined) return null
  const { at, outcome, ...told } = row
  return { at, outcome, told: scope === 'all' ? told : null }
}

async function readRunning(db: Reader, scope: LogScope): Promise<LogState['running']> {
  const [row] = await db.$queryRaw<{ done: bigint; size: bigint | null }[]>`
    SELECT done, size FROM log_checks WHERE ended_at IS NULL`
  if (row === undefined) return null
  const { done, size } = row
  return { of: scope === 'all' && size !== null ? { done: Number(done), size: Number(size) } : null }
}
