import type { Environment } from '../env.ts'
import { findProposal, type ProposedRole } from './role-claim.ts'

/** What the identity provider says of somebody beside who they are. Nothing of it gives a right by itself. */
export type Told = {
  readonly groups: readonly string[]
  readonly proposed: readonly ProposedRole[]
}

type Claims = Pick<Environment['oidc'], 'roleClaim' | 'groupClaim'>

const GROUPS_MAX = 200
const GROUP_MAX_CHARACTERS = 200
const VALUES_MAX = 2_000

/** Reads groups and proposed roles out of claims that have been checked, and of userinfo where that was asked. */
export function parseTold(claims: unknown, userinfo: unknown, { roleClaim, groupClaim }: Claims): Told {
  const read = (name: string): readonly string[] => {
    const said = findClaim(claims, name)
    return readValues(said === undefined ? findClaim(userinfo, name) : said)
  }
  const values = roleClaim === null ? [] : read(roleClaim.claim)
  return {
    groups: groupClaim === null ? [] : takeGroups(read(groupClaim)),
    proposed: values
      .map((value) => (roleClaim === null ? null : findProposal(roleClaim, value)))
      .filter((proposal) => proposal !== null),
  }
}

/** Whether an ID token leaves out a claim that is wanted, so that userinfo is to be asked. */
export function lacksTold(claims: unknown, { roleClaim, groupClaim }: Claims): boolean {
  return [roleClaim?.claim, groupClaim].some(
    (name) => typeof name === 'string' && findClaim(claims, name) === undefined,
  )
}

/** A group is known by its exact text: one that would have to be mended, cut or trimmed first is none. */
function takeGroups(values: readonly string[]): string[] {
  const isPlain = (group: string): boolean =>
    group !== '' &&
    group === group.trim() &&
    !/\p{C}/u.test(group) &&
    [...group].length <= GROUP_MAX_CHARACTERS
  return [...new Set(values.filter(isPlain))].slice(0, GROUPS_MAX)
}

/** By its name as it stands, else by a path of names: `realm_access.roles`. */
function findClaim(claims: unknown, name: string): unknown {
  if (isRecord(claims) && Object.hasOwn(claims, name)) return claims[name]
  let at: unknown = claims
  for (const part of name.split('.')) at = isRecord(at) && Object.hasOwn(at, part) ? at[part] : undefined
  return at
}

function readValues(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value.slice(0, VALUES_MAX) : [value]
  return values.filter((each) => typeof each === 'string')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
