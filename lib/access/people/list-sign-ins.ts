import { Prisma } from '../../../prisma/client/client.ts'
import type { Actor } from '../../auth/actor.ts'
import { IDLE_MINUTES } from '../../auth/sign-in-times.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import { describeDevice } from './describe-device.ts'

/** A sign-in that goes on, as a screen shows it. */
export type SignInLine = {
  readonly id: string
  /** In plain words, of what the browser says it is. */
  readonly device: string
  readonly address: string | null
  readonly startedAt: Date
  readonly lastSeenAt: Date
  /** Whatever happens; it ends earlier when nothing is done for fifteen minutes. */
  readonly expiresAt: Date
  /** Whether it is the one that asks. */
  readonly isThis: boolean
}

type Row = Omit<SignInLine, 'device' | 'isThis'> & { readonly userAgent: string | null }

const LIMIT = 100

/** SQL: whether sign-in `s` goes on. */
const GOES_ON = Prisma.sql`(
  s.ended_at IS NULL AND s.expires_at > now() AND s.last_active_at > now() - make_interval(mins => ${IDLE_MINUTES}))`

/** One's own sign-ins that go on, the last seen first. */
export async function listOwnSignIns(services: Services, actor: Actor): Promise<SignInLine[]> {
  return listSignInsOf(services, actor, actor.personId)
}

/** Somebody's; the caller has made sure that they may be seen. */
export async function listSignInsOf({ db }: Services, actor: Actor, personId: string): Promise<SignInLine[]> {
  const rows = await withinDeadline(
    db.$queryRaw<Row[]>`
      SELECT s.id, s.user_agent AS "userAgent", s.address, s.started_at AS "startedAt",
        s.last_active_at AS "lastSeenAt", s.expires_at AS "expiresAt"
      FROM sign_ins s WHERE s.person_id = ${personId}::uuid AND ${GOES_ON}
      ORDER BY s.last_active_at DESC, s.id LIMIT ${LIMIT}`,
  )
  return rows.map(({ userAgent, ...row }) => ({
    ...row,
    device: describeDevice(userAgent),
    isThis: row.id === actor.signInId,
  }))
}
