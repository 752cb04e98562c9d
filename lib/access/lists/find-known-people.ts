import type { PrismaClient } from '../../../prisma/client/client.ts'
import { withinDeadline } from '../../database.ts'
import { IS_FOR, REACHES_PROJECT, REVIEWS } from '../grants.ts'
import { isManaged } from '../managed.ts'
import type { AccessLine, Holder } from './access-line.ts'
import type { FoundLookedAt } from './find-looked-at.ts'

type Asking = {
  readonly lines: readonly AccessLine[]
  readonly lookedAt: FoundLookedAt
  /** The most of one group, and the most in all: of the last groups some are left out then. */
  readonly most: number
  readonly mostInAll: number
}

type Row = {
  readonly grantId: string
  readonly id: string
  readonly name: string | null
  readonly email: string | null
}

const MAY_LET_IN: ReadonlySet<AccessLine['state']> = new Set(['in force', 'not yet', 'awaiting'])

/**
 * The same lines; those of groups with the people who are known to be in them and whom the grant lets in to what is
 * looked at, or would once it counts. Where a person is looked at nobody else is named.
 */
export async function withKnownPeople(
  db: Pick<PrismaClient, '$queryRaw'>,
  asking: Asking,
): Promise<readonly AccessLine[]> {
  const { lines, lookedAt, most } = asking
  const grantIds = lines.filter(mayLetIn).map(({ id }) => id)
  if (lookedAt.kind === 'person' || grantIds.length === 0) return lines
  const projectIds = lookedAt.projects.map(({ id }) => id)
  const found = Map.groupBy(await findPeople(db, { ...asking, grantIds, projectIds }), (row) => row.grantId)
  return lines.map((line) => {
    if (!mayLetIn(line)) return line
    const rows = found.get(line.id) ?? []
    return { ...line, known: { people: rows.slice(0, most).map(toHolder), isWhole: rows.length <= most } }
  })
}

function mayLetIn({ holder, state }: AccessLine): boolean {
  return holder.kind === 'group' && MAY_LET_IN.has(state)
}

type Finding = Pick<Asking, 'most' | 'mostInAll'> & {
  readonly grantIds: readonly string[]
  readonly projectIds: readonly string[]
}

/** By name. One more of a group than is wanted says that there are more; which are left out then is not said. */
function findPeople(
  db: Pick<PrismaClient, '$queryRaw'>,
  { grantIds, projectIds, most, mostInAll }: Finding,
): Promise<Row[]> {
  return withinDeadline(
    db.$queryRaw<Row[]>`
      SELECT g.id AS "grantId", known.id, known.name, known.email
      FROM unnest(${[...grantIds]}::uuid[]) WITH ORDINALITY AS wanted (id, place)
      JOIN grants g ON g.id = wanted.id
      CROSS JOIN LATERAL (
        SELECT p.id, coalesce(p.name, p.email, p.subject) AS name, p.email FROM people p
        WHERE p.groups @> ARRAY[g.group_name] AND ${IS_FOR} AND p.disabled_at IS NULL AND EXISTS (
          SELECT FROM projects pr WHERE ${isManaged(projectIds)} AND ${REACHES_PROJECT} AND ${REVIEWS})
        LIMIT ${most + 1}) known
      ORDER BY wanted.place, known.name, known.id LIMIT ${mostInAll + 1}`,
  )
}

function toHolder({ id, name, email }: Row): Holder {
  return { kind: 'person', id, name, email }
}
