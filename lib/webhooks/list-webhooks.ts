import { projectsFor } from '../access/permissions.ts'
import type { Actor } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import { isNoticeKind, type NoticeKind } from '../notices/notice-kind.ts'
import type { Services } from '../services.ts'
import { THE_LOG } from './log/log-event.ts'

/** A webhook as its administrators see it; never what it signs with. */
export type WebhookLine = {
  readonly id: string
  /** Null: of all projects. */
  readonly project: { readonly id: string; readonly name: string } | null
  /** Without its query, in which keys are sometimes put. */
  readonly url: string
  readonly events: readonly NoticeKind[]
  /** The log is pushed to it, by an auditor's hand: that it is there is all that administrators have of it. */
  readonly carriesLog: boolean
  readonly createdAt: Date
  /** How many events are on their way, and how many were given up. */
  readonly waitingCount: number
  readonly deadCount: number
  /** When it last took one; null: never. */
  readonly lastDeliveredAt: Date | null
  /** The newest ones that were given up or were tried in vain so far, at most 20. */
  readonly troubled: readonly DeliveryLine[]
}

export type DeliveryLine = {
  readonly id: string
  readonly event: string
  readonly createdAt: Date
  readonly attempts: number
  readonly state: 'waiting' | 'dead'
  /** When it is tried again; null once it was given up. */
  readonly nextAttemptAt: Date | null
  /** What the last attempt was answered; null where there was no answer. */
  readonly lastStatus: number | null
  /** What went wrong, in words. */
  readonly lastError: string | null
}

const TROUBLED_LIMIT = 20

type Row = Omit<WebhookLine, 'url' | 'events' | 'carriesLog' | 'project' | 'troubled'> & {
  readonly url: string
  readonly events: readonly string[]
  readonly projectId: string | null
  readonly projectName: string | null
}

/** The webhooks of the projects that somebody administers; those of all projects are for administrators of all. */
export async function listWebhooks({ db }: Services, actor: Actor): Promise<WebhookLine[]> {
  const scope = projectsFor(actor.roles, 'project:manage')
  const [all, ids] = scope === 'all' ? [true, []] : [false, [...scope]]
  const rows = await withinDeadline(db.$queryRaw<Row[]>`
    SELECT w.id, w.project_id AS "projectId", pr.name AS "projectName", w.url, w.events, w.created_at AS "createdAt",
      (SELECT count(*)::int FROM webhook_deliveries d
        WHERE d.webhook_id = w.id AND d.delivered_at IS NULL AND d.dead_at IS NULL) AS "waitingCount",
      (SELECT count(*)::int FROM webhook_deliveries d
        WHERE d.webhook_id = w.id AND d.dead_at IS NOT NULL) AS "deadCount",
      (SELECT max(d.delivered_at) FROM webhook_deliveries d WHERE d.webhook_id = w.id) AS "lastDeliveredAt"
    FROM webhooks w LEFT JOIN projects pr ON pr.id = w.project_id
    WHERE w.removed_at IS NULL AND (${all} OR w.project_id = ANY (${ids}::uuid[]))
    ORDER BY pr.name NULLS FIRST, w.id`)
  const troubled = await withinDeadline(
    Promise.all(rows.map(async ({ id }) => ({ id, lines: await listTroubled(db, id) }))),
  )
  return rows.map(({ projectId, projectName, ...row }) => ({
    ...row,
    url: withoutQuery(row.url),
    events: row.events.filter(isNoticeKind),
    carriesLog: row.events.includes(THE_LOG),
    project: projectId === null ? null : { id: projectId, name: projectName ?? '' },
    troubled: troubled.find(({ id }) => id === row.id)?.lines ?? [],
  }))
}

/** Of a webhook's events those that were given up or were tried in vain so far, the newest 20. */
export async function listTroubled(
  { webhookDelivery }: Services['db'],
  webhookId: string,
): Promise<DeliveryLine[]> {
  const rows = await webhookDelivery.findMany({
    where: { webhookId, deliveredAt: null, OR: [{ attempts: { gt: 0 } }, { deadAt: { not: null } }] },
    orderBy: { createdAt: 'desc' },
    take: TROUBLED_LIMIT,
  })
  return rows.map(({ id, event, createdAt, attempts, deadAt, nextAttemptAt, lastStatus, lastError }) => ({
    ...{ id, event, createdAt, attempts, lastStatus, lastError },
    state: deadAt === null ? 'waiting' : 'dead',
    nextAttemptAt: deadAt === null ? nextAttemptAt : null,
  }))
}

/** An address as it is shown. */
export function withoutQuery(address: string): string {
  const url = URL.parse(address)
  return url === null ? '' : `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`
}
