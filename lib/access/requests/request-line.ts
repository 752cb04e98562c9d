import type { ShownScope } from '../grant-scope.ts'

/** A request for access as those see it who decide it, and whoever asked. */
export type RequestLine = {
  readonly id: string
  readonly asker: { readonly personId: string; readonly name: string; readonly email: string | null }
  /** Asked by whoever reads it: not theirs to decide. */
  readonly isOwn: boolean
  readonly scope: ShownScope
  readonly rights: readonly string[]
  readonly until: Date
  readonly reason: string
  readonly caseReference: string | null
  readonly askedAt: Date
  /** When it lapses undecided. */
  readonly lapsesAt: Date
  readonly state: RequestState
  readonly decidedAt: Date | null
  /** A name; null while it is open, and where it lapsed. */
  readonly decidedBy: string | null
  readonly word: string | null
  /** How many grants they have held, by their groups too, that reached the same project; null where no project is known. */
  readonly heldBefore: number | null
  /** How many days a grant lasts at most there; null where that is not known. */
  readonly longestDays: number | null
}

export type RequestState = 'open' | 'approved' | 'refused' | 'lapsed'
