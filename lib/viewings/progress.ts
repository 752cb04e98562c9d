import { z } from 'zod'
import { recordEvent } from '../audit/record.ts'
import { type Actor, touchSignIn } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import { parseBody } from '../parse-body.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { requireViewing } from './require-viewing.ts'

/** Seconds of a recording, from and to, as a player claims to have played them. */
export type Played = readonly (readonly [from: number, to: number])[]

/** The log counts milliseconds in 32 bits, 24 days; a claim past that could never be put on record, nor the viewing end. */
const MOST_SECONDS = 2_000_000
const SECONDS = z.number().min(0).max(MOST_SECONDS)
// What a player of another version says besides is let be: without its heartbeats a viewing ends.
const SHAPE = z.object({
  positionSeconds: SECONDS,
  played: z.array(z.tuple([SECONDS, SECONDS])).max(200),
  rate: z.number().min(0).max(16),
  visible: z.boolean(),
  /** The last word: the viewing ends with it. Two requests of a page that is being left may overtake each other. */
  closing: z.boolean().optional(),
})

export type Progress = z.infer<typeof SHAPE>

/** Reads the body of a heartbeat; throws `request-invalid`. */
export function parseProgress(body: unknown): Progress {
  return parseBody(body, SHAPE)
}

/** Joins ranges of seconds that touch or overlap, in order; what is empty or reversed falls away. */
export function mergePlayed(ranges: Played): [number, number][] {
  const merged: [number, number][] = []
  const ordered = ranges.filter(([from, to]) => to > from).toSorted((a, b) => a[0] - b[0])
  for (const [from, to] of ordered) {
    const last = merged.at(-1)
    if (last && from <= last[1] + 0.25) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

/** A jump that playing alone does not explain. */
export function isSeek(before: number | null, now: number, elapsedSeconds: number): boolean {
  if (before === null) return false
  return now < before - 1 || now > before + elapsedSeconds * 4 + 2
}

/**
 * A player’s heartbeat: keeps the viewing alive, and the sign-in too while something plays. What the player claims is
 * gathered in the viewing’s row and goes on record at most once a minute, on a seek, and when the viewing closes.
 * Answers when the viewing must end, which a grant cut short moves.
 */
export async function progressViewing(
  services: Services,
  actor: Actor,
  input: { readonly viewingId: string; readonly progress: Progress },
): Promise<{ readonly endsAt: Date }> {
  const { viewingId, progress } = input
  const { endsAt } = await requireViewing(services, actor, { viewingId, purpose: 'viewing' })
  const playing = progress.rate > 0 && progress.played.length > 0
  if (playing) await touchSignIn(services, actor.signInId)
  await withinDeadline(
    services.db.$transaction(async (tx) => {
      const [row] = await tx.$queryRaw<
        { claimed: Played | null; position: number | null; elapsed: number; sinceLogged: number }[]
      >`
        SELECT claimed, position_seconds AS position,
          extract(epoch FROM now() - last_active_at)::float AS elapsed,
          extract(epoch FROM now() - coalesce(last_logged_at, opened_at))::float AS "sinceLogged"
        FROM viewings WHERE id = ${viewingId}::uuid AND closed_at IS NULL FOR UPDATE`
      if (!row) return
      const claimed = mergePlayed([...(row.claimed ?? []), ...progress.played]).slice(-200)
      const sought = isSeek(row.position, progress.positionSeconds, row.elapsed)
      const due = claimed.length > 0 && (row.sinceLogged >= 60 || (sought && row.sinceLogged >= 5))
      if (due) {
        await recordEvent(tx, {
          id: newUuid(),
          action: 'viewing.progressed',
          outcome: 'allowed',
          viewingId,
          claimed,
        })
      }
      await tx.$executeRaw`
        UPDATE viewings SET last_active_at = now(), position_seconds = ${progress.positionSeconds},
          claimed = ${JSON.stringify(due ? [] : claimed)}::jsonb,
          last_logged_at = CASE WHEN ${due} THEN now() ELSE last_logged_at END
        WHERE id = ${viewingId}::uuid`
    }),
  )
  return { endsAt }
}
