import type { Prisma } from '../../prisma/client/client.ts'
import { recordEvent } from '../audit/record.ts'
import { eachAlone } from '../each-alone.ts'
import { tell } from '../notices/tell.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { DECIDE_WITHIN_HOURS } from './deciding.ts'

const SERVICE = { kind: 'service', name: 'recordroom' } as const
const AT_ONCE = 200

type Lapsed = {
  readonly id: string
  readonly toldIds: readonly (string | null)[]
  readonly projectId: string | null
  readonly projectName: string | null
  readonly sessionId: string | null
  readonly archiveId: string | null
}

/**
 * Puts on record that requests have lapsed undecided, each in a transaction of its own: what is broken off is done by the
 * next run. They are refused from that moment on anyway. Answers how many.
 */
export async function lapseRequests({ db }: Pick<Services, 'db'>): Promise<number> {
  const requests = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM access_requests
    WHERE decision IS NULL AND asked_at <= now() - make_interval(hours => ${DECIDE_WITHIN_HOURS})
    ORDER BY asked_at LIMIT ${AT_ONCE}`
  return eachAlone(requests, ({ id }) => db.$transaction((tx) => lapseRequest(tx, id)))
}

/** The same of grants that waited for a second administrator. */
export async function lapseGrants({ db }: Pick<Services, 'db'>): Promise<number> {
  const grants = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM grants
    WHERE needs_second AND approved_at IS NULL AND revoked_at IS NULL AND end_recorded_at IS NULL
      AND given_at <= now() - make_interval(hours => ${DECIDE_WITHIN_HOURS})
    ORDER BY given_at LIMIT ${AT_ONCE}`
  return eachAlone(grants, ({ id }) => db.$transaction((tx) => lapseGrant(tx, id)))
}

async function lapseRequest(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const [lapsed] = await tx.$queryRaw<Lapsed[]>`
    UPDATE access_requests q SET decision = 'lapsed', decided_at = now()
    WHERE q.id = ${id}::uuid AND q.decision IS NULL
      AND q.asked_at <= now() - make_interval(hours => ${DECIDE_WITHIN_HOURS})
    RETURNING q.id, ARRAY[q.asked_by] AS "toldIds", q.project_id AS "projectId", q.session_id AS "sessionId",
      q.archive_id AS "archiveId", (SELECT name FROM projects WHERE projects.id = q.project_id) AS "projectName"`
  if (lapsed === undefined) return
  await recordEvent(tx, {
    ...{ id: newUuid(), action: 'request.lapsed', outcome: 'allowed', actor: SERVICE },
    ...{ target: { kind: 'request', id }, ...factsOf(lapsed) },
  })
  // Whether an ID is known, and where, is not told to whoever asked for it.
  const isFound = lapsed.sessionId !== null || lapsed.archiveId !== null
  const told = isFound ? { ...lapsed, projectName: null } : lapsed
  await tellLapse(tx, told, { kind: 'request.lapsed', about: { requestId: id } })
}

async function lapseGrant(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const [lapsed] = await tx.$queryRaw<Lapsed[]>`
    UPDATE grants g SET end_recorded_at = now()
    WHERE g.id = ${id}::uuid AND g.needs_second AND g.approved_at IS NULL AND g.revoked_at IS NULL
      AND g.end_recorded_at IS NULL AND g.given_at <= now() - make_interval(hours => ${DECIDE_WITHIN_HOURS})
    RETURNING g.id, ARRAY[g.person_id, g.given_by] AS "toldIds", g.project_id AS "projectId", g.session_id AS "sessionId",
      g.archive_id AS "archiveId", (SELECT name FROM projects WHERE projects.id = g.project_id) AS "projectName"`
  if (lapsed === undefined) return
  await recordEvent(tx, {
    ...{ id: newUuid(), action: 'grant.refused', outcome: 'allowed', code: 'lapsed', actor: SERVICE },
    ...{ grantId: id, target: { kind: 'grant', id }, ...factsOf(lapsed) },
  })
  await tellLapse(tx, lapsed, { kind: 'grant.refused', about: { grantId: id } })
}

function factsOf({ projectId, projectName, sessionId, archiveId }: Lapsed) {
  return {
    ...(projectId !== null && { projectId }),
    ...(projectName !== null && { projectName }),
    ...(sessionId !== null && { sessionId }),
    ...(archiveId !== null && { archiveId }),
  }
}

async function tellLapse(
  tx: Prisma.TransactionClient,
  { toldIds, projectId, projectName }: Lapsed,
  {
    kind,
    about,
  }: { readonly kind: 'request.lapsed' | 'grant.refused'; readonly about: Record<string, string> },
): Promise<void> {
  await tell(tx, {
    ...{ kind, projectId, to: toldIds.filter((id) => id !== null) },
    about: { ...about, project: projectName },
  })
}
