import { isRoleName, type RoleName } from './permissions.ts'

/** A role as a screen shows it. */
export type ShownRole = { readonly role: RoleName; readonly project: string | null }

/** A grant as a screen shows it. */
export type ShownGrant = {
  readonly id: string
  readonly project: string
  readonly rights: readonly string[]
  readonly validFrom: Date
  readonly validUntil: Date
  readonly reason: string
  readonly caseReference: string | null
  readonly state: GrantState
}

export type GrantState = 'in force' | 'not yet' | 'ended' | 'taken back'

type GrantRow = Omit<ShownGrant, 'project' | 'state'> & {
  readonly revokedAt: Date | null
  readonly project: { readonly name: string }
}

export type RoleRow = { readonly role: string; readonly project: { readonly name: string } | null }

export function planGrantState(
  { validFrom, validUntil, revokedAt }: Pick<GrantRow, 'validFrom' | 'validUntil' | 'revokedAt'>,
  now: Date,
): GrantState {
  if (revokedAt !== null && revokedAt <= now) return 'taken back'
  if (validUntil <= now) return 'ended'
  return validFrom > now ? 'not yet' : 'in force'
}

export function toShownGrant(row: GrantRow, now: Date): ShownGrant {
  const { id, rights, validFrom, validUntil, reason, caseReference, project } = row
  return {
    id,
    project: project.name,
    rights,
    validFrom,
    validUntil,
    reason,
    caseReference,
    state: planGrantState(row, now),
  }
}

/** A role this version does not know carries nothing and is not shown. */
export function toShownRoles(rows: readonly RoleRow[]): ShownRole[] {
  return rows.flatMap(({ role, project }) =>
    isRoleName(role) ? { role, project: project?.name ?? null } : [],
  )
}
