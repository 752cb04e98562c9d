import { AppError } from '../../errors.ts'
import type { Act } from '../act.ts'

/** Throws `person-invalid` for who is disabled. Takes no lock: whoever must be sure until the end has locked the person. */
export async function requireEnabled({ tx }: Pick<Act, 'tx'>, personId: string): Promise<void> {
  const person = await tx.person.findUnique({ where: { id: personId }, select: { disabledAt: true } })
  if (person?.disabledAt !== null)
    throw new AppError(
      'person-invalid',
      'This person is disabled. Enable them first, if they are to have access again.',
    )
}
