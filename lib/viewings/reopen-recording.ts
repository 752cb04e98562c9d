import { withinDeadline } from '../database.ts'
import type { Services } from '../services.ts'
import { closedError } from './lease.ts'
import { getRecording, type OpenRecording } from './open-recordings.ts'
import { unwrapKey } from './unwrap-key.ts'
import type { ReadingPlan } from './viewing.ts'

const REOPEN_LIMIT_MS = 15_000

type Row = {
  readonly plan: Partial<ReadingPlan>
  readonly archiveId: string
  readonly projectId: string
  readonly createdAt: Date
  readonly encryptedPassword: string | null
  readonly certificateFingerprint: string | null
}

/**
 * The recording of an open viewing: as this process holds it, or opened again from what the viewing’s row and the
 * catalogue keep, when another process opened it. Throws `viewing-closed` where its opening was never finished.
 */
export function requireRecording(services: Services, viewingId: string): Promise<OpenRecording> {
  // Shared by all who wait for it, so none of them ends it by hanging up.
  return getRecording(viewingId, () => reopen(services, viewingId, AbortSignal.timeout(REOPEN_LIMIT_MS)))
}

async function reopen(services: Services, viewingId: string, signal: AbortSignal): Promise<OpenRecording> {
  const [row] = await withinDeadline(
    services.db.$queryRaw<Row[]>`
      SELECT v.plan, a.id AS "archiveId", a.project_id AS "projectId", a.created_at AS "createdAt",
        a.encrypted_password AS "encryptedPassword", a.certificate_fingerprint AS "certificateFingerprint"
      FROM viewings v JOIN archives a ON a.id = v.archive_id
      WHERE v.id = ${viewingId}::uuid AND v.closed_at IS NULL`,
  )
  if (!row || !isFinished(row.plan)) throw closedError('failed')
  const { plan, projectId } = row
  if (!plan.encrypted) return { projectId, plan, key: null, borders: new Map() }
  const project = await services.projects.get(projectId)
  const { key } = await unwrapKey(services, { project, wrapped: { viewingId, ...row } }, signal)
  return { projectId, plan, key, borders: new Map() }
}

/** An opening writes its plan whole, as its last act. */
function isFinished(plan: Partial<ReadingPlan>): plan is ReadingPlan {
  return plan.object !== undefined
}
