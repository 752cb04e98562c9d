import type { PrismaClient } from '../../prisma/client/client.ts'
import type { AuditAnchor } from '../env.ts'
import { sayAnchor } from './anchor/say-anchor.ts'
import { readSealState } from './seal-state.ts'

export type LogLevel = 'good' | 'amber' | 'red'

/** How far the log is sealed, anchored and checked: what the line above it says. */
export type LogState = {
  /** Until when everything on record is in a block that is signed; null before the first. */
  readonly sealedUpTo: Date | null
  readonly oldestUnsealedSeconds: number
  readonly anchor: {
    /** Without a secret: `s3://bucket/prefix`. */
    readonly where: string
    /** When the newest checkpoint was put there, and of how many blocks it speaks. */
    readonly lastAt: Date | null
    readonly size: number
    readonly failingSince: Date | null
    readonly cause: string | null
  } | null
  readonly lastCheck: {
    readonly at: Date
    /** Null for the night's. */
    readonly by: string | null
    readonly outcome: 'allowed' | 'failed'
    readonly sentence: string
  } | null
  /** The one that runs or waits its turn. */
  readonly running: { readonly done: number; readonly size: number | null } | null
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
type CheckRow = { at: Date; by: string | null; outcome: 'allowed' | 'failed'; sentence: string }
type Reader = Pick<PrismaClient, '$queryRaw'>

/**
 * Reads it. Amber: sealing more than 10 seconds behind; no anchor, or one failing for more than 5 minutes; no check for
 * 48 hours. Red: sealing more than 5 minutes behind; the anchor failing for more than an hour, or holding something
 * else; the last check found something.
 */
export async function readLogState(db: Reader, anchor: AuditAnchor | null): Promise<LogState> {
  const seal = await readSealState(db)
  const [head] = await db.$queryRaw<{ now: Date; sealedAt: Date | null; begunAt: Date | null }[]>`
    SELECT clock_timestamp() AS now, (SELECT at FROM audit.blocks ORDER BY number DESC LIMIT 1) AS "sealedAt",
      (SELECT min(begun_at) FROM audit.series) AS "begunAt"`
  const now = head?.now ?? new Date()
  const anchored = anchor === null ? null : await readAnchor(db, sayAnchor(anchor))
  const lastCheck = await readLastCheck(db)
  const running = await readRunning(db)
  const state = {
    sealedUpTo: sealedUpTo(head?.sealedAt ?? null, {
      now,
      oldestUnsealedSeconds: seal.oldestUnsealedSeconds,
    }),
    oldestUnsealedSeconds: seal.oldestUnsealedSeconds,
    anchor: anchored === null ? null : anchored.shown,
    ...{ lastCheck, running },
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
  const { failingSince = null } = state.anchor ?? {}
  const failing = failingSince === null ? 0 : since(failingSince)
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

async function readLastCheck(db: Reader): Promise<LogState['lastCheck']> {
  const [row] = await db.$queryRaw<CheckRow[]>`
    SELECT ended_at AS at, coalesce(asked_by->>'name', asked_by->>'email') AS by, outcome, sentence
    FROM log_checks WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1`
  return row ?? null
}

async function readRunning(db: Reader): Promise<LogState['running']> {
  const [row] = await db.$queryRaw<{ done: bigint; size: bigint | null }[]>`
    SELECT done, size FROM log_checks WHERE ended_at IS NULL`
  if (row === undefined) return null
  return { done: Number(row.done), size: row.size === null ? null : Number(row.size) }
}
