import { eachAlone } from '../each-alone.ts'
import type { Services } from '../services.ts'
import { endSignIn } from './end-sign-in.ts'
import { markFailed, RENEW_AFTER_SECONDS, renewSignIn } from './renew-sign-in.ts'
import { IDLE_MINUTES } from './sign-in-times.ts'

/** So long the provider may say nothing. */
const SILENT_MINUTES = 5
const AT_ONCE = 4
/** So many silences in a row are the provider’s and not one sign-in’s: the others need not each wait for it. */
const SILENCES_ENOUGH = 4
const MOST_A_RUN = 2_000

/**
 * Renews every sign-in whose time has come. One that the provider no longer stands by ends at once, and one that it has
 * not confirmed for five minutes. A renewal that has begun is let finish, whatever the signal says.
 */
export async function renewDueSignIns(services: Services, signal: AbortSignal): Promise<void> {
  const left = await listDue(services)
  const broken: string[] = []
  let silences = 0
  const take = async (): Promise<void> => {
    while (!signal.aborted && silences < SILENCES_ENOUGH) {
      const signInId = left.shift()
      if (signInId === undefined) return
      const renewal = await renewSignIn(services, signInId).catch((error: unknown) => {
        // What came of one could not be put down: the others are asked about all the same.
        services.log.error({ signInId, err: error }, 'the renewal of a sign-in broke off')
        broken.push(signInId)
        return 'failed' as const
      })
      if (renewal === 'silent') silences += 1
      else if (renewal === 'renewed' || renewal === 'ended') silences = 0
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, take))
  if (signal.aborted) return
  try {
    // Whoever is left, the provider’s silence kept from being asked about.
    await markFailed(services, [...left, ...broken])
  } finally {
    await endUnconfirmed(services)
  }
}

/**
 * Those that failed before come last, or a few that fail for good would stand before all the others each time; and among
 * themselves by chance, for the same reason, when a silence has failed everybody.
 */
async function listDue({ db }: Services): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM sign_ins
    WHERE ended_at IS NULL AND secrets -> 'refreshToken' IS NOT NULL
      AND expires_at > now() AND last_active_at > now() - make_interval(mins => ${IDLE_MINUTES})
      AND (renewal_failed_at IS NOT NULL
        OR coalesce(renewed_at, started_at) <= now() - make_interval(secs => ${RENEW_AFTER_SECONDS}))
    ORDER BY renewal_failed_at IS NOT NULL,
      CASE WHEN renewal_failed_at IS NULL THEN coalesce(renewed_at, started_at) END, random()
    LIMIT ${MOST_A_RUN}`
  return rows.map(({ id }) => id)
}

async function endUnconfirmed(services: Services): Promise<void> {
  const rows = await services.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM sign_ins
    WHERE ended_at IS NULL AND renewal_failed_at <= now() - make_interval(mins => ${SILENT_MINUTES})`
  await eachAlone(rows, ({ id }) =>
    endSignIn(services, { signInId: id, reason: 'unconfirmed', client: null }),
  )
}
