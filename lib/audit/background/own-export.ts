import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { isUuid } from '../../uuid.ts'
import { parseExport } from '../export/parse-export.ts'
import { recordExport } from '../export/record-export.ts'

export type OwnExport = {
  readonly exportId: string
  readonly format: string
  readonly state: string
  readonly asked: unknown
  readonly attempt: number
  readonly chunks: number
  readonly sealedKey: string | null
  readonly askedAt: Date
  readonly isExpired: boolean
  /** Whose rows its file was made of. */
  readonly forAll: boolean
  readonly projectIds: readonly string[] | null
}

/** An export that this person asked for. Another's, and none, are refused alike, on record. */
export async function requireOwnExport(
  services: Services,
  actor: Actor,
  exportId: string,
): Promise<OwnExport> {
  const [own] = isUuid(exportId)
    ? await withinDeadline(
        services.db.$queryRaw<OwnExport[]>`
          SELECT id AS "exportId", format, state, asked, attempt, chunks, sealed_key AS "sealedKey",
            asked_at AS "askedAt", expires_at <= now() AS "isExpired",
            for_all AS "forAll", project_ids AS "projectIds"
          FROM log_exports WHERE id = ${exportId}::uuid AND person_id = ${actor.personId}::uuid`,
      )
    : []
  if (own !== undefined) return own
  await recordExport(services, actor, parseExport({}), { outcome: 'refused', code: 'forbidden' })
  throw new AppError('forbidden')
}
