import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { isSignedBy, parseCheckpoint, type SignedCheckpoint } from '../checkpoint.ts'
import { findSealedUntil } from './find-sealed-until.ts'

/** The head that a bundle goes up to. */
export type BundleHead = {
  /** The checkpoint as kept. */
  readonly text: string
  readonly checkpoint: SignedCheckpoint['checkpoint']
  /** By the database's clock, before the newest checkpoint was looked for. */
  readonly madeAt: Date
}

/** A pass comes every second, and waits for transactions that write. */
const LONGEST_WAIT_MS = 3_000
const PAUSE_MS = 100

/**
 * The newest checkpoint, once it is younger than the asking and no older row waits to be sealed: so the bundle has every row
 * that was written before it was asked for, its own request among them, and no checkpoint can exist that is older than
 * `madeAt` and speaks of more. A checkpoint’s time alone says nothing of rows: those wait whose transactions are younger
 * than one that still runs. Where sealing is behind, what is asked for up to an earlier time is given nonetheless.
 * @throws AppError `log-unsealed` where a row may be missing because it is not sealed yet
 */
export async function awaitCheckpoint(
  services: Services,
  to: Date | undefined,
  signal: AbortSignal,
): Promise<BundleHead> {
  const madeAt = await readClock(services)
  const giveUpAt = performance.now() + LONGEST_WAIT_MS
  for (;;) {
    signal.throwIfAborted()
    const head = await findNewest(services)
    const isLast = performance.now() > giveUpAt
    if (head !== null && (isLast || head.checkpoint.at > madeAt)) {
      const sealedUntil = await findSealedUntil(services, head.checkpoint)
      if (sealedUntil > madeAt || (isLast && to !== undefined && to <= sealedUntil))
        return { ...head, madeAt }
      if (isLast) throw unsealed(sealedUntil)
    }
    if (isLast) throw unsealed(null)
    await wait(PAUSE_MS)
  }
}

async function readClock({ db }: Services): Promise<Date> {
  const [clock] = await db.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`
  if (clock === undefined) throw new Error('the database has no clock')
  return clock.now
}

function unsealed(sealedUntil: Date | null): AppError {
  const until = sealedUntil?.toISOString()
  const said =
    until === undefined
      ? 'No row of the log has been sealed yet, so that nothing of it could be proven.'
      : `The log is sealed up to ${until}, and what came after could not be proven. Ask for what was before with “to=${until}”.`
  return new AppError('log-unsealed', `${said} Else try again in a few seconds.`, {
    facts: { retryAfterSeconds: 5 },
  })
}

/** One that the key of now has not signed is of a key before it: the next pass signs anew. */
async function findNewest({ db, env }: Services): Promise<Omit<BundleHead, 'madeAt'> | null> {
  const [row] = await db.$queryRaw<{ text: string }[]>`
    SELECT text FROM audit.checkpoints ORDER BY size DESC LIMIT 1`
  const parsed = row === undefined ? null : parseCheckpoint(row.text)
  if (row === undefined || parsed === null || !isSignedBy(parsed, env.auditSigningKey)) return null
  return { text: row.text, checkpoint: parsed.checkpoint }
}
