import type { Prisma } from '../../../prisma/client/client.ts'
import { findHoldersOf } from '../../notices/find-holders-of.ts'
import type { NoticeKind } from '../../notices/notice-kind.ts'
import { tell } from '../../notices/tell.ts'
import { aboutReach, isById } from '../about-reach.ts'
import type { GrantRow } from '../grant-row.ts'
import { IS_FOR } from '../grants.ts'

type Telling = {
  readonly kind: Extract<NoticeKind, `grant.${string}`>
  /** By person. */
  readonly to: readonly string[]
  /** Whether it waited until now. Had it never counted, the ID it was asked for by stays as unknown to its holder as it was. */
  readonly hasWaited?: boolean
}

/** Tells people of a grant, and the webhooks of every project it reaches. */
export async function tellOfGrant(
  tx: Prisma.TransactionClient,
  grant: GrantRow,
  { kind, to, hasWaited = false }: Telling,
): Promise<void> {
  const isUnknown = hasWaited && !grant.countedBefore && isById(grant.scope)
  const reach = aboutReach(grant)
  await tell(tx, {
    ...{ kind, to, projectId: grant.projectId, region: reach.region, unit: reach.unit },
    unnamedTo: isUnknown && grant.personId !== null ? [grant.personId] : [],
    about: {
      ...{ grantId: grant.id, ...reach },
      ...{
        holderId: grant.personId,
        holder: grant.holderName,
        group: grant.groupName,
        giverId: grant.givenBy,
      },
      // Null: it has begun.
      from: grant.isEarly ? grant.validFrom.toISOString() : null,
      until: grant.validUntil.toISOString(),
      ...(hasWaited && grant.countedBefore && { counted: 'before' }),
    },
  })
}

/** Whom a grant is for, by person: its holder, or whoever is known to be in its group. Nobody who is disabled. */
export async function findHolders(
  tx: Pick<Prisma.TransactionClient, '$queryRaw'>,
  { id }: Pick<GrantRow, 'id'>,
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT p.id FROM grants g JOIN people p ON ${IS_FOR} WHERE g.id = ${id}::uuid AND p.disabled_at IS NULL`
  return rows.map((row) => row.id)
}

/** Who gave a grant, by person, while they may still do something about it: whoever administers there no more is told nothing. */
export async function findGiver(
  tx: Pick<Prisma.TransactionClient, 'roleHeld'>,
  { givenBy, projectId }: Pick<GrantRow, 'givenBy' | 'projectId'>,
): Promise<string[]> {
  if (givenBy === null) return []
  return (await findHoldersOf(tx, 'admin', projectId)).filter((personId) => personId === givenBy)
}

/**
 * Who has been told, or knows, of a grant that waits: whom it names, and who gave it; where it counted before, whoever is
 * known to be in its group too.
 */
export async function findAware(
  tx: Pick<Prisma.TransactionClient, '$queryRaw' | 'roleHeld'>,
  grant: GrantRow,
): Promise<string[]> {
  const named = [...(grant.personId === null ? [] : [grant.personId]), ...(await findGiver(tx, grant))]
  return grant.countedBefore ? [...named, ...(await findHolders(tx, grant))] : named
}
