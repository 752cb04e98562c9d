import type { Prisma } from '../../prisma/client/client.ts'
import { findHoldersOf } from '../notices/find-holders-of.ts'
import { tell } from '../notices/tell.ts'
import { aboutChanged } from './change.ts'

export type Decided = {
  readonly project: { readonly id: string; readonly name: string }
  readonly change: {
    readonly id: string
    readonly kind: string
    readonly proposedBy: string | null
    readonly forAll: boolean
  }
  readonly state: 'approved' | 'refused' | 'lapsed'
  /** Whoever decided, who need not be told. */
  readonly by: string | null
}

/** Tells whoever proposed a change, and everybody who could have decided it, what came of it. */
export async function tellDecided(
  tx: Prisma.TransactionClient,
  { project, change, state, by }: Decided,
): Promise<void> {
  const administrators = await findHoldersOf(tx, 'admin', change.forAll ? null : project.id)
  const all = change.proposedBy === null ? administrators : [...administrators, change.proposedBy]
  await tell(tx, {
    kind: 'change.decided',
    to: all.filter((personId) => personId !== by),
    projectId: change.forAll ? null : project.id,
    about: {
      ...{ changeId: change.id, change: change.kind, ...aboutChanged(project, change) },
      state,
    },
  })
}
