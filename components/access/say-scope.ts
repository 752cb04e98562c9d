import type { ShownScope } from '../../lib/access/grant-scope.ts'
import { RIGHT_WORDS } from '../words.ts'

/** How far access reaches, in words: what a button is about, or what was done. */
export function sayScope(scope: ShownScope): string {
  const { kind, project, region, unit, sessionId, archiveId, maxAgeDays } = scope
  const within = project === null ? '' : ` of ${project}`
  const reach = {
    region: `region ${region}`,
    unit: `unit ${unit}`,
    project: project ?? 'a project',
    session: `session ${sessionId}${within}`,
    archive: `recording ${archiveId}${within}`,
  }[kind]
  return maxAgeDays === null ? reach : `${reach}, ${sayAge(maxAgeDays)}`
}

/** Whether there is what a request names: of an ID that no recorder lists, no project is known. */
export function isKnown({ kind, project }: ShownScope): boolean {
  return project !== null || (kind !== 'session' && kind !== 'archive')
}

export function sayAge(maxAgeDays: number): string {
  return maxAgeDays === 1 ? 'not older than one day' : `not older than ${maxAgeDays} days`
}

/** `find, play` */
export function sayRights(rights: readonly string[]): string {
  return rights.map((right) => RIGHT_WORDS[right] ?? right).join(', ')
}
