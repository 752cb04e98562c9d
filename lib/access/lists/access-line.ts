import type { ShownGrant } from '../held-access.ts'

/** A grant as those see it who manage access: whose it is, and who gave and approved it. */
export type AccessLine = ShownGrant & {
  readonly holder: Holder
  /** Their name or mail; null: by an access file. */
  readonly givenBy: string | null
  readonly givenAt: Date
  /** The second administrator, where one is needed and has approved. */
  readonly approvedBy: string | null
  readonly approvedAt: Date | null
  readonly revokedAt: Date | null
  /** When it last found or opened something, to the hour. */
  readonly lastUsedAt: Date | null
  /** Whether whoever looks holds it, by a group too: another reviews it. */
  readonly isHeld: boolean
  /** Whether whoever looks holds it, gave it or asked for it: another approves it. */
  readonly isOwn: boolean
  /** Whether it is theirs to decide about at all: what reaches several projects is for those who manage all. */
  readonly mayDecide: boolean
  readonly heldBack: HeldBack | null
  /** Of a group’s grant, whom it lets in; null for a person’s, for one that is over, and where it was not looked up. */
  readonly known: KnownPeople | null
}

/** Who is in a group, as far as anybody here knows: as the identity provider said when each was last signed in. */
export type KnownPeople = {
  readonly people: readonly Holder[]
  /** False where there are more. */
  readonly isWhole: boolean
}

export type Holder = {
  readonly kind: 'person' | 'group'
  /** The person's id, or the group by its name. */
  readonly id: string
  readonly name: string | null
  readonly email: string | null
}

/** Why a grant opens nothing where it was asked about, whatever its state says; each in words. */
export const HELD_BACK = {
  disabled: 'Its holder is disabled.',
  'not-reviewer': 'Its holder is no reviewer there.',
  restricted: 'The recording is restricted, and this does not name it: it may be found, not opened.',
} as const satisfies Record<string, string>

export type HeldBack = keyof typeof HELD_BACK
