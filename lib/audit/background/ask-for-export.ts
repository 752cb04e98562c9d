import type { Prisma } from '../../../prisma/client/client.ts'
import { act } from '../../access/act.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { plainText } from '../../plain-words.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import { parseExport } from '../export/parse-export.ts'
import { factsOfExport, recordExport } from '../export/record-export.ts'
import type { GivenParameters } from '../log-filter.ts'

/** So many of a person's may wait or be made at once: they are made one after the other, and others wait for them. */
const MOST_OPEN = 2
const RETRY_AFTER_SECONDS = 60

/**
 * Has an export made in the background, by the parameters of `GET /audit/export`. It is on record before it is begun,
 * refusals too. Throws `request-invalid`, `rate-limited`.
 */
export async function askForExport(
  services: Services,
  actor: Actor,
  given: GivenParameters,
): Promise<{ readonly exportId: string }> {
  const query = parseExport(given)
  const { format } = query
  if (format === null || query.faults.length > 0) {
    await recordExport(services, actor, query, { outcome: 'refused', code: 'request-invalid' })
    throw new AppError('request-invalid', query.faults.join(' '))
  }
  const exportId = newUuid()
  const deed = { action: 'log.exported', about: factsOfExport(query) } as const
  return act(services, { actor, ...deed }, async ({ tx, record }) => {
    if ((await countOpen(tx, actor.personId)) >= MOST_OPEN)
      throw new AppError(
        'rate-limited',
        'Two exports of yours are being made already. Wait, or cancel one.',
        { facts: { retryAfterSeconds: RETRY_AFTER_SECONDS } },
      )
    await record('log.exported', factsOfExport({ ...query, exportId }))
    await tx.$executeRaw`
      INSERT INTO log_exports (id, person_id, asked, format, expires_at)
      VALUES (${exportId}::uuid, ${actor.personId}::uuid, ${JSON.stringify(given)}::jsonb, ${format},
        now() + interval '24 hours')`
    return { exportId }
  })
}

/** Of those who ask at once the second waits for the first, so that none is left out. */
async function countOpen(tx: Prisma.TransactionClient, personId: string): Promise<number> {
  await tx.$queryRaw`SELECT FROM people WHERE id = ${personId}::uuid FOR NO KEY UPDATE`
  const [open] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM log_exports
    WHERE person_id = ${personId}::uuid AND state IN ('waiting', 'running')`
  return open?.count ?? 0
}

/** The parameters out of a body, which are texts by their names, as they can be kept. Throws `request-invalid`. */
export function parseAsking(body: unknown): GivenParameters {
  const members =
    typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.entries(body) : null
  if (members === null || !members.every(([, value]) => typeof value === 'string'))
    throw new AppError('request-invalid', 'The request is an object of texts: the parameters of an export.')
  return Object.fromEntries(members.map(([name, value]) => [name, plainText(String(value))]))
}
