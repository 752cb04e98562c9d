import { z } from 'zod'
import type { Prisma } from '../../../prisma/client/client.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { parseBody } from '../../parse-body.ts'
import { plainText, requireWords } from '../../plain-words.ts'
import type { Services } from '../../services.ts'
import { isUuid } from '../../uuid.ts'
import { act, type Deed } from '../act.ts'
import { requireAnother } from '../check-grant.ts'
import { IS_FOR, REACHES_ARCHIVE, REACHES_PROJECT } from '../grants.ts'
import { can } from '../permissions.ts'

export type Restriction = { readonly restricted: boolean; readonly word: string }

const BODY = z.strictObject({
  restricted: z.boolean(),
  word: z.string().max(10_000, 'must have 2,000 characters or fewer').transform(plainText),
})

type Row = {
  readonly projectId: string
  readonly projectName: string
  readonly region: string | null
  readonly sessionId: string
  readonly isRestricted: boolean
}

/** Reads the body of `PUT /access/archives/{id}/restriction`. Throws `request-invalid`. */
export function parseRestriction(body: unknown): Restriction {
  const { restricted, word } = parseBody(body, BODY)
  return { restricted, word: word.trim() }
}

/** How restricting a recording, or lifting that, is on record. */
export function deedOfRestriction(archiveId: string): Deed {
  const about = isUuid(archiveId) ? { archiveId: archiveId.toLowerCase() } : {}
  return { action: 'recording.restricted', about }
}

/**
 * Restricts a recording, which from then on is opened only by grants that name it or its session, or lifts that. What
 * plays under wider ones ends at its next window. On record, and so is a refusal: `forbidden`, `reason-invalid`,
 * `own-access` where whoever lifts it would be let in by that.
 */
export async function restrictArchive(
  services: Services,
  actor: Actor,
  { archiveId: named, restricted, word }: Restriction & { readonly archiveId: string },
): Promise<void> {
  const archiveId = named.toLowerCase()
  const isId = isUuid(archiveId)
  const { action, about } = deedOfRestriction(named)
  await act(services, { actor, action, about: { ...about, reason: word } }, async (doing) => {
    const { tx, note, record } = doing
    const [row] = isId
      ? await tx.$queryRaw<Row[]>`
          SELECT a.project_id AS "projectId", p.name AS "projectName", p.region, a.session_id AS "sessionId",
            a.restricted_at IS NOT NULL AS "isRestricted"
          FROM archives a JOIN projects p ON p.id = a.project_id
          WHERE a.id = ${archiveId}::uuid FOR UPDATE OF a`
      : []
    if (row === undefined || !can(doing.actor.roles, 'access:manage', row.projectId))
      throw new AppError('forbidden')
    const { projectId, projectName, region, sessionId, isRestricted } = row
    note({ projectId, projectName, sessionId, ...(region !== null && { region }) })
    requireWords('word', word)
    if (isRestricted === restricted) return
    if (!restricted) requireAnother(await holdsWideGrant(tx, { personId: actor.personId, archiveId }))
    await tx.$executeRaw`
      UPDATE archives SET restricted_at = CASE WHEN ${restricted} THEN now() END,
        restricted_by = CASE WHEN ${restricted} THEN ${actor.personId}::uuid END
      WHERE id = ${archiveId}::uuid`
    await record('recording.restricted', {
      before: { restricted: isRestricted },
      after: { restricted },
    })
  })
}

/** Whether somebody has a grant, now or later, that would open a recording were it not restricted. */
async function holdsWideGrant(
  tx: Prisma.TransactionClient,
  { personId, archiveId }: { readonly personId: string; readonly archiveId: string },
): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM archives a
    JOIN projects pr ON pr.id = a.project_id
    JOIN people p ON p.id = ${personId}::uuid
    JOIN grants g ON ${IS_FOR} AND ${REACHES_PROJECT} AND ${REACHES_ARCHIVE}
    WHERE a.id = ${archiveId}::uuid AND g.scope NOT IN ('session', 'archive') AND g.revoked_at IS NULL
      AND g.valid_until > now() AND g.rights && ARRAY['recording:play', 'recording:download']
    LIMIT 1`
  return rows.length > 0
}
