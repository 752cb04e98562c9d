import { DECIDE_WITHIN_HOURS } from '../access/deciding.ts'
import { tellOfOlderWaits } from '../access/giving/waiting.ts'
import { USUAL_LONGEST_GRANT_DAYS } from '../access/grant-length.ts'
import { factsOfGrant } from '../access/grant-row.ts'
import type { Applying } from './applying.ts'
import type { Rules } from './change-payload.ts'
import { findChanged } from './find-changed.ts'

type Kept = {
  readonly region: string | null
  readonly unit: string | null
  readonly fourEyes: boolean
  readonly longestGrantDays: number | null
  readonly playMaxAuthAgeSeconds: number | null
}

/**
 * Which of the rules that a project's file gives would make it less safe, or have other grants reach it: those need a
 * second administrator where a project has four eyes.
 */
export function findRelaxed(kept: Kept, given: Rules): Rules {
  const { region, unit, fourEyes, longestGrantDays, playMaxAuthAgeSeconds } = given
  const usual = kept.longestGrantDays ?? USUAL_LONGEST_GRANT_DAYS
  const age = kept.playMaxAuthAgeSeconds
  return {
    ...(region !== undefined && region !== kept.region && { region }),
    ...(unit !== undefined && unit !== kept.unit && { unit }),
    ...(fourEyes === false && kept.fourEyes && { fourEyes }),
    ...(longestGrantDays !== undefined && longestGrantDays > usual && { longestGrantDays }),
    ...(playMaxAuthAgeSeconds !== undefined &&
      age !== null &&
      playMaxAuthAgeSeconds > age && { playMaxAuthAgeSeconds }),
  }
}

/** Changes rules of a project, on record. Answers whether anything changed. */
export async function applyRules({ tx, project, record, say }: Applying, given: Rules): Promise<boolean> {
  const kept = await tx.project.findUniqueOrThrow({ where: { id: project.id }, select: SELECT })
  const before = Object.fromEntries(Object.entries(kept).filter(([name]) => Object.hasOwn(given, name)))
  const changed = findChanged<object>(before, given)
  for (const line of sayRules(kept, given)) say(line)
  if (changed.length === 0) return false
  await tx.project.update({ where: { id: project.id }, data: given })
  await record({
    action: 'project.changed',
    target: { kind: 'project', id: project.id },
    before,
    after: given,
  })
  await noteOlderWaits({ tx, project, record, say })
  return true
}

/** Says and records which grants wait for a second administrator, now that the project has four eyes or lies elsewhere. */
export async function noteOlderWaits({
  tx,
  project,
  record,
  say,
}: Pick<Applying, 'tx' | 'project' | 'record' | 'say'>): Promise<void> {
  const begun = await tellOfOlderWaits(tx, project)
  for (const grant of begun)
    await record({ ...factsOfGrant(grant), action: 'grant.changed', after: { needsSecond: true } })
  if (begun.length > 0)
    say(
      `grants that wait ${DECIDE_WITHIN_HOURS} hours for a second administrator from now on: ${begun.length}`,
    )
}

const SELECT = {
  ...{ region: true, unit: true, fourEyes: true, longestGrantDays: true, playMaxAuthAgeSeconds: true },
} as const

const SAID = {
  region: 'region',
  unit: 'unit',
  fourEyes: 'four eyes',
  longestGrantDays: 'longest grant, in days',
  playMaxAuthAgeSeconds: 'oldest sign-in to play, in seconds',
} as const satisfies Record<keyof Kept, string>

/** What changing them does, a line each. */
function sayRules(kept: Kept, given: Rules): string[] {
  const before = new Map<string, unknown>(Object.entries(kept))
  const names = new Map<string, string>(Object.entries(SAID))
  return findChanged<object>(kept, { ...kept, ...given }).map((name) => {
    const after: unknown = new Map<string, unknown>(Object.entries(given)).get(name)
    return `${names.get(name)}: ${sayValue(before.get(name))} becomes ${sayValue(after)}`
  })
}

function sayValue(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return value === null ? 'not set' : String(value)
}
