import { Prisma } from '../../prisma/client/client.ts'
import { DECIDE_WITHIN_HOURS } from '../access/deciding.ts'
import { recordEvent } from '../audit/record.ts'
import { eachAlone } from '../each-alone.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { factsOfChanged } from './change.ts'
import type { Writing } from './propose-change.ts'
import { tellDecided } from './tell-decided.ts'

const SERVICE = 'recordroom'
const MOST = 100

type Lapsing = Pick<Writing, 'tx' | 'project' | 'record'>
type Change = {
  readonly id: string
  readonly kind: string
  readonly proposedBy: string | null
  readonly forAll: boolean
}

/** Ends a change that waits and that nobody will decide, on record, and tells those who could have. What it held is forgotten. */
export async function lapseChange(
  { tx, project, record }: Lapsing,
  change: Change,
  why: string,
): Promise<void> {
  await tx.change.update({
    where: { id: change.id },
    data: { decision: 'lapsed', decidedAt: new Date(), secrets: {} },
  })
  await record({
    action: 'change.lapsed',
    target: { kind: 'change', id: change.id },
    after: { kind: change.kind, why },
  })
  await tellDecided(tx, { project, change, state: 'lapsed', by: null })
}

type Row = Change & { readonly projectId: string; readonly name: string; readonly region: string | null }

/** SQL: whether change `c` waits, and nobody decided it in time. */
const IS_OVERDUE = Prisma.sql`(
  c.decision IS NULL AND c.proposed_at <= now() - make_interval(hours => ${DECIDE_WITHIN_HOURS}))`

/** Ends the changes that nobody decided within 72 hours, each in a transaction of its own. Answers how many. */
export async function lapseOverdueChanges({ db }: Pick<Services, 'db'>): Promise<number> {
  const due = await db.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM changes c WHERE ${IS_OVERDUE} ORDER BY c.id LIMIT ${MOST}`
  return eachAlone(due, ({ id }) => db.$transaction((tx) => lapseOverdue(tx, id)))
}

async function lapseOverdue(tx: Prisma.TransactionClient, changeId: string): Promise<void> {
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT c.id, c.kind, c.proposed_by AS "proposedBy", c.summary ->> 'forAll' = 'true' AS "forAll",
      pr.id AS "projectId", pr.name, pr.region
    FROM changes c JOIN projects pr ON pr.id = c.project_id
    WHERE c.id = ${changeId}::uuid AND ${IS_OVERDUE} FOR UPDATE OF c`
  if (row === undefined) return
  const { projectId: id, name, region, ...change } = row
  const project = { id, name, region }
  const record: Writing['record'] = async (event) => {
    await recordEvent(tx, {
      ...event,
      ...{ id: newUuid(), outcome: 'allowed', actor: { kind: 'service', name: SERVICE } },
      ...factsOfChanged(project, change),
    })
  }
  const why = `nobody decided within ${DECIDE_WITHIN_HOURS} hours`
  await lapseChange({ tx, project, record }, change, why)
}
