import type { PrismaClient } from '../../../prisma/client/client.ts'
import { AppError } from '../../errors.ts'
import { isUuid } from '../../uuid.ts'

export type LockedPerson = {
  readonly id: string
  readonly isDisabled: boolean
  readonly issuer: string | null
  readonly subject: string | null
}

/** Somebody whom nobody else changes until the transaction ends. @throws AppError `forbidden` for somebody who is not known */
export async function lockPerson(
  tx: Pick<PrismaClient, '$queryRaw'>,
  personId: string,
): Promise<LockedPerson> {
  if (!isUuid(personId)) throw new AppError('forbidden')
  const [person] = await tx.$queryRaw<LockedPerson[]>`
    SELECT id, disabled_at IS NOT NULL AS "isDisabled", issuer, subject FROM people
    WHERE id = ${personId}::uuid FOR NO KEY UPDATE`
  if (person === undefined) throw new AppError('forbidden')
  return person
}
