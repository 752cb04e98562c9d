import type { Services } from '../../services.ts'
import type { Deposit } from '../../storage/deposit.ts'
import { newUuid } from '../../uuid.ts'
import type { AuditActor } from '../event.ts'
import { recordEvent } from '../record.ts'
import { createSigner } from '../signer.ts'
import { type Checked, checkLog } from './check-log.ts'

type OpenCheck = {
  readonly id: string
  readonly askedBy: unknown
  readonly size: bigint | null
  readonly done: bigint
}

/** At night, by UTC: from then on one is due that nobody asked for. */
const NIGHT_HOUR = 2

/**
 * Runs the check that is open, if there is one, from where it was left by a process that ended. What it found is on
 * record as whoever's who asked. False when there is none.
 */
export async function runOpenCheck(
  services: Services,
  deposit: Deposit | null,
  signal: AbortSignal,
): Promise<boolean> {
  const { db, env } = services
  const open = await findOpen(services)
  if (open === null) return false
  const size = open.size === null ? await begin(services, open.id) : Number(open.size)
  const onProgress = async (done: number): Promise<void> => {
    await db.$queryRaw`UPDATE log_checks SET done = ${BigInt(done)} WHERE id = ${open.id}::uuid`
  }
  const asked = { signer: createSigner(env), deposit, size, onProgress, signal }
  const checked = await checkLog(db, { ...asked, done: Number(open.done) }).catch(async (error: unknown) => {
    // What it went on from is not there as it was: then from the beginning.
    if (!(error instanceof RangeError) || open.done === 0n || signal.aborted) throw error
    return await checkLog(db, { ...asked, done: 0 })
  })
  await end(services, { ...open, size }, checked)
  return true
}

/** Asks for the night's check, once, unless somebody asked for one since the night began. */
export async function askNightly({ db }: Pick<Services, 'db'>): Promise<void> {
  await db.$queryRaw`
    INSERT INTO log_checks (id)
    SELECT ${newUuid()}::uuid
    FROM (SELECT (date_trunc('day', now() AT TIME ZONE 'UTC' - make_interval(hours => ${NIGHT_HOUR}))
      + make_interval(hours => ${NIGHT_HOUR})) AT TIME ZONE 'UTC' AS began) night
    WHERE NOT EXISTS (SELECT FROM log_checks WHERE asked_at >= night.began OR ended_at IS NULL)
      -- what began today has no night behind it
      AND EXISTS (SELECT FROM audit.series WHERE begun_at < night.began)
    ON CONFLICT DO NOTHING`
}

async function findOpen({ db }: Services): Promise<OpenCheck | null> {
  const [open] = await db.$queryRaw<OpenCheck[]>`
    SELECT id, asked_by AS "askedBy", size, done FROM log_checks WHERE ended_at IS NULL`
  return open ?? null
}

async function begin({ db }: Services, id: string): Promise<number> {
  const [row] = await db.$queryRaw<{ size: bigint }[]>`
    UPDATE log_checks SET begun_at = clock_timestamp(),
      size = (SELECT coalesce(max(number) + 1, 0) FROM audit.blocks)
    WHERE id = ${id}::uuid RETURNING size`
  return Number(row?.size ?? 0n)
}

async function end(
  { db, log }: Services,
  check: { readonly id: string; readonly askedBy: unknown; readonly size: number },
  checked: Checked,
): Promise<void> {
  const sentence = sayChecked(checked, check.size)
  const outcome = 'fault' in checked ? 'failed' : 'allowed'
  const code = 'fault' in checked ? checked.fault.code : null
  if (code !== null) log.error({ code, sentence }, 'the log is not whole')
  await db.$transaction(async (tx) => {
    await tx.$queryRaw`
      UPDATE log_checks SET ended_at = clock_timestamp(), outcome = ${outcome}, code = ${code}, sentence = ${sentence}
      WHERE id = ${check.id}::uuid`
    await recordEvent(tx, {
      ...{ id: newUuid(), action: 'log.verified', outcome, target: { kind: 'log', id: check.id } },
      ...(code !== null && { code }),
      actor: parseAskedBy(check.askedBy),
      after: { blocks: check.size, found: sentence },
    })
  })
}

function sayChecked(checked: Checked, size: number): string {
  if ('fault' in checked) return checked.fault.sentence
  const count = (number: number): string => number.toLocaleString('en')
  return `Whole: ${count(checked.rows)} rows in ${count(size)} blocks; ${checked.anchor}.`
}

/** Who asked, as it was written down; the night is the portal's own. */
function parseAskedBy(said: unknown): AuditActor {
  if (typeof said !== 'object' || said === null) return { kind: 'service', name: 'recordroom' }
  const { signedInAt, ...actor } = said as Omit<Extract<AuditActor, { kind: 'person' }>, 'signedInAt'> & {
    readonly signedInAt: string | null
  }
  return { ...actor, signedInAt: signedInAt === null ? null : new Date(signedInAt) }
}
