import { DECIDE_WITHIN_MS } from './deciding.ts'
import { type ShownScope, toShownScope } from './grant-scope.ts'
import { isRoleName, type RoleName } from './permissions.ts'

/** A role as a screen shows it. */
export type ShownRole = { readonly role: RoleName; readonly project: string | null }

/** A grant as a screen shows it. */
export type ShownGrant = {
  readonly id: string
  readonly scope: ShownScope
  /** The group it is given to; null where it is given to a person. */
  readonly group: string | null
  readonly rights: readonly string[]
  readonly validFrom: Date
  readonly validUntil: Date
  readonly reason: string
  readonly caseReference: string | null
  readonly state: GrantState
}

/** `awaiting`: given, and not yet approved by a second administrator; `lapsed`: none came within 72 hours. */
export type GrantState = 'in force' | 'not yet' | 'ended' | 'taken back' | 'awaiting' | 'lapsed'

/** Whether it counts no longer and never will. */
export function isOver(state: GrantState): boolean {
  return state === 'ended' || state === 'taken back' || state === 'lapsed'
}

type GrantTimes = {
  readonly validFrom: Date
  readonly validUntil: Date
  readonly revokedAt: Date | null
  readonly givenAt: Date
  readonly needsSecond: boolean
  readonly approvedAt: Date | null
}

type GrantRow = Parameters<typeof toShownScope>[0] &
  GrantTimes & {
    readonly id: string
    readonly groupName: string | null
    readonly rights: readonly string[]
    readonly reason: string
    readonly caseReference: string | null
  }

export type RoleRow = { readonly role: string; readonly project: { readonly name: string } | null }

export function planGrantState(grant: GrantTimes, now: Date): GrantState {
  const { validFrom, validUntil, revokedAt, givenAt, needsSecond, approvedAt } = grant
  if (revokedAt !== null && revokedAt <= now) return 'taken back'
  if (needsSecond && approvedAt === null)
    return now.getTime() - givenAt.getTime() < DECIDE_WITHIN_MS ? 'awaiting' : 'lapsed'
  if (validUntil <= now) return 'ended'
  return validFrom > now ? 'not yet' : 'in force'
}

export function toShownGrant(row: GrantRow, now: Date): ShownGrant {
  const { id, groupName: group, rights, validFrom, validUntil, reason, caseReference } = row
  const [scope, state] = [toShownScope(row), planShownState(row, now)]
  return { id, scope, group, rights, validFrom, validUntil, reason, caseReference, state }
}

/** What waits for a second administrator until after its end may still be refused; to whoever looks it has ended. */
function planShownState(grant: GrantTimes, now: Date): GrantState {
  const state = planGrantState(grant, now)
  return state === 'awaiting' && grant.validUntil <= now ? 'ended' : state
}

/** A role this version does not know carries nothing and is not shown. */
export function toShownRoles(rows: readonly RoleRow[]): ShownRole[] {
  return rows.flatMap(({ role, project }) =>
    isRoleName(role) ? { role, project: project?.name ?? null } : [],
  )
}
