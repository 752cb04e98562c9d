import { mayExport, toScope } from '../../audit/out/scope.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import { type DeliveryLine, listTroubled, withoutQuery } from '../list-webhooks.ts'

/** Where the log is pushed to, as auditors see it; never what it is signed with. */
export type PushLine = {
  readonly id: string
  /** Null: of all projects. */
  readonly project: string | null
  /** Without its query, in which keys are sometimes put. */
  readonly url: string
  readonly madeBy: string
  readonly madeAt: Date
  readonly state: 'on' | 'revoked' | 'hand'
  /** Sealed rows, of all projects, that were not looked through for it yet; whoever exports some is not told how many. */
  readonly backlog: number | 'some'
  readonly deadCount: number
  readonly lastDeliveredAt: Date | null
  /** Batches that were given up or were tried in vain so far, the newest 20. */
  readonly troubled: readonly DeliveryLine[]
}

const ENDED_SHOWN_DAYS = 30

type Row = Omit<PushLine, 'state' | 'troubled' | 'backlog'> & {
  readonly forAll: boolean
  readonly projectIds: readonly string[]
  readonly makerId: string
  readonly endReason: string | null
  readonly backlog: bigint
}

/** One's own pushes and those of a log that one may export; ended ones for a month. */
export async function listPushes({ db }: Services, actor: Actor): Promise<PushLine[]> {
  const rows = await withinDeadline(db.$queryRaw<Row[]>`
    SELECT o.id, pr.name AS project, w.url, o.for_all AS "forAll", o.project_ids AS "projectIds",
      o.made_by AS "makerId", coalesce(p.name, p.email, p.subject, 'somebody') AS "madeBy", o.made_at AS "madeAt",
      o.end_reason AS "endReason",
      coalesce((SELECT sealed FROM audit.blocks ORDER BY number DESC LIMIT 1), 0) - o.next_row
        - coalesce((SELECT sealed FROM audit.blocks WHERE number = o.next_block - 1), 0) AS backlog,
      (SELECT count(*)::int FROM webhook_deliveries d
        WHERE d.webhook_id = w.id AND d.dead_at IS NOT NULL) AS "deadCount",
      (SELECT max(d.delivered_at) FROM webhook_deliveries d WHERE d.webhook_id = w.id) AS "lastDeliveredAt"
    FROM log_outlets o JOIN people p ON p.id = o.made_by JOIN webhooks w ON w.id = o.webhook_id
    LEFT JOIN projects pr ON pr.id = w.project_id
    WHERE o.ended_at IS NULL OR o.ended_at > now() - make_interval(days => ${ENDED_SHOWN_DAYS})
    ORDER BY o.ended_at IS NOT NULL, o.made_at DESC`)
  const own = rows.filter((row) => row.makerId === actor.personId || mayExport(actor.roles, toScope(row)))
  const isForAll = mayExport(actor.roles, 'all')
  return withinDeadline(
    Promise.all(
      own.map(async ({ forAll: _, projectIds: __, makerId: ___, endReason, backlog, ...line }) => ({
        ...line,
        url: withoutQuery(line.url),
        backlog: isForAll || backlog === 0n ? Number(backlog) : ('some' as const),
        state: endReason === 'hand' || endReason === 'revoked' ? endReason : 'on',
        // One that is being tried for the first time is in no trouble yet.
        troubled: (await listTroubled(db, line.id)).filter(
          ({ state, lastError }) => state === 'dead' || lastError !== null,
        ),
      })),
    ),
  )
}
