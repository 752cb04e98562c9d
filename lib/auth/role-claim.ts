import { z } from 'zod'
import { isRoleName, type RoleName } from '../access/permissions.ts'

/** A role that the identity provider proposes: for all projects (null) or for those of these names. */
export type ProposedRole = { readonly role: RoleName; readonly projects: readonly string[] | null }

/** Where proposals of roles are read from: a claim, and what each of its values proposes. */
export type RoleClaim = {
  readonly claim: string
  /** Null where the values are names of roles. */
  readonly proposals: ReadonlyMap<string, ProposedRole> | null
}

/** Some providers name claims by URLs, some by a path of names (`realm_access.roles`). */
export const CLAIM_NAME = /^[\w.:/-]{1,200}$/

const roleName = z.string().refine(isRoleName)
const proposal = z.union([
  roleName.transform((role): ProposedRole => ({ role, projects: null })),
  z
    .strictObject({ role: roleName, projects: z.array(z.string().trim().min(1)).min(1).optional() })
    .transform(({ role, projects }): ProposedRole => ({ role, projects: projects ?? null })),
])
const mapped = z
  .record(z.string().regex(CLAIM_NAME), z.record(z.string().min(1), proposal))
  .refine((claims) => Object.keys(claims).length === 1)

/** Reads OIDC_ROLE_CLAIM: a claim whose values are names of roles, or `{"claim": {"value": role}}`; null when it is neither. */
export function parseRoleClaim(text: string): RoleClaim | null {
  if (CLAIM_NAME.test(text)) return { claim: text, proposals: null }
  const { data } = mapped.safeParse(parseJson(text))
  const [entry] = Object.entries(data ?? {})
  if (entry === undefined) return null
  const [claim, proposals] = entry
  return { claim, proposals: new Map(Object.entries(proposals)) }
}

/** What one value of the claim proposes; null when nothing. */
export function findProposal({ proposals }: RoleClaim, value: string): ProposedRole | null {
  if (proposals !== null) return proposals.get(value) ?? null
  return isRoleName(value) ? { role: value, projects: null } : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
