import type { Givable } from '../../lib/access/giving/list-givable.ts'
import { isTooLong } from '../../lib/access/grant-length.ts'
import type { ScopeKind } from '../../lib/access/grant-scope.ts'
import { startOfDay, type Zone } from '../../lib/zone.ts'
import { endOfDay, endOfSpan, readWanted } from './asking-for.ts'
import { judgeReason } from './judge-word.ts'

/** What is filled in to give a grant, as it stands in the fields. */
export type GiveFields = {
  readonly holder: 'person' | 'group'
  readonly email: string
  readonly group: string
  readonly scope: ScopeKind
  readonly project: string
  readonly region: string
  readonly unit: string
  /** A session ID or an archive ID. */
  readonly recording: string
  readonly notOlderThanDays: string
  readonly plays: boolean
  readonly downloads: boolean
  /** `now`, or `day`: the first moment of it. */
  readonly begins: 'now' | 'day'
  readonly firstDay: string
  /** Days from its beginning, or `day`: with the last day. */
  readonly span: string
  readonly lastDay: string
  readonly reason: string
  readonly caseReference: string
}

export type FieldName = keyof GiveFields

export const EMPTY: GiveFields = {
  ...{ holder: 'person', email: '', group: '', scope: 'project', project: '', region: '', unit: '' },
  ...{ recording: '', notOlderThanDays: '', plays: true, downloads: false, begins: 'now', firstDay: '' },
  ...{ span: '30', lastDay: '', reason: '', caseReference: '' },
}

/** When it is filled in, and in which zone its days are read. */
export type Clock = { readonly now: Date; readonly zone: Zone }

const MAIL = /^[^\s@]+@[^\s@]+$/

/** How long a grant that reaches so far may last: of several projects the least; where none is known yet, the most there is. */
export function longestDays(fields: GiveFields, givable: Givable): number {
  const reached = reachedOf(fields, givable)
  return reached.length === 0
    ? Math.max(0, ...givable.projects.map(({ longestGrantDays }) => longestGrantDays))
    : Math.min(...reached.map(({ longestGrantDays }) => longestGrantDays))
}

/** Whether it would count only once a second administrator has approved it; null where that is not known yet. */
export function needsSecond(fields: GiveFields, givable: Givable): boolean | null {
  const isKnown = fields.scope !== 'session' && fields.scope !== 'archive'
  const ofFourEyes = (isKnown ? reachedOf(fields, givable) : givable.projects).some(
    ({ fourEyes }) => fourEyes,
  )
  return isKnown || !ofFourEyes ? ofFourEyes : null
}

/** The projects that it reaches; of a recording that is not known before it is sent. */
function reachedOf({ scope, project, region, unit }: GiveFields, { projects }: Givable): Givable['projects'] {
  return projects.filter(
    (each) =>
      (scope === 'project' && each.name === project) ||
      (scope === 'region' && each.region === region) ||
      (scope === 'unit' && each.unit === unit),
  )
}

/** From when and until when; null for what cannot be read. */
export function readTimes(
  fields: GiveFields,
  { now, zone }: Clock,
): { from: Date | null; until: Date | null } {
  const from = fields.begins === 'now' ? now : startOfDay(fields.firstDay, zone)
  if (fields.span === 'day') return { from, until: endOfDay(fields.lastDay, zone) }
  return { from, until: from === null ? null : endOfSpan(Number(fields.span), from) }
}

/** What stands against it, by field, in the order of the form. */
export function judgeGive(
  fields: GiveFields,
  givable: Givable,
  clock: Clock,
): readonly (readonly [FieldName, string])[] {
  const { from, until } = readTimes(fields, clock)
  const longest = longestDays(fields, givable)
  const reasonFault = judgeReason(fields.reason)
  const faults: readonly (readonly [FieldName, boolean, string])[] = [
    [
      'email',
      fields.holder === 'person' && !MAIL.test(fields.email.trim()),
      'Enter the mail somebody signs in with.',
    ],
    ['group', fields.holder === 'group' && fields.group.trim() === '', 'Enter the name of a group.'],
    ['project', fields.scope === 'project' && fields.project === '', 'Choose a project.'],
    ['region', fields.scope === 'region' && fields.region === '', 'Choose a region.'],
    ['unit', fields.scope === 'unit' && fields.unit === '', 'Choose a unit.'],
    ['recording', fields.scope === 'session' && kindOf(fields) !== 'session', 'Enter a whole session ID.'],
    ['recording', fields.scope === 'archive' && kindOf(fields) !== 'archive', 'Enter a whole archive ID.'],
    [
      'notOlderThanDays',
      !/^([1-9]\d{0,3})?$/.test(fields.notOlderThanDays.trim()),
      'Enter whole days, or nothing.',
    ],
    ['firstDay', from === null, 'Choose the first day.'],
    ['lastDay', fields.span === 'day' && until === null, 'Choose the last day.'],
    ['lastDay', until !== null && until <= clock.now, 'Choose a day that is not over.'],
    [
      'lastDay',
      from !== null && until !== null && until <= from,
      'Choose a day that is not before the first.',
    ],
    [
      fields.span === 'day' ? 'lastDay' : 'span',
      from !== null && until !== null && isTooLong({ from, until, now: clock.now, longestDays: longest }),
      `A grant lasts at most ${longest} days here.`,
    ],
    ['reason', reasonFault !== null, reasonFault ?? ''],
  ]
  return faults.flatMap(([name, isFault, said]) => (isFault ? [[name, said] as const] : []))
}

/** The same as `POST /access/grants` takes it. */
export function toGrant(fields: GiveFields, clock: Clock): Readonly<Record<string, unknown>> {
  const { from, until } = readTimes(fields, clock)
  const wanted = readWanted(fields.recording)
  const reach = {
    project: { project: fields.project },
    region: { region: fields.region },
    unit: { unit: fields.unit },
    session: wanted?.kind === 'session' ? { sessionId: wanted.sessionId } : {},
    archive: wanted?.kind === 'archive' ? { archiveId: wanted.archiveId } : {},
  }[fields.scope]
  const age = fields.notOlderThanDays.trim()
  return {
    ...(fields.holder === 'person' ? { email: fields.email.trim() } : { group: fields.group.trim() }),
    ...reach,
    ...(age !== '' && fields.scope !== 'archive' && { notOlderThanDays: Number(age) }),
    rights: [
      'recording:find',
      ...(fields.plays ? ['recording:play'] : []),
      ...(fields.downloads ? ['recording:download'] : []),
    ],
    ...(fields.begins === 'day' && from !== null && { from: from.toISOString() }),
    ...(until !== null && { until: until.toISOString() }),
    reason: fields.reason.trim(),
    ...(fields.caseReference.trim() !== '' && { caseReference: fields.caseReference.trim() }),
  }
}

const kindOf = ({ recording }: GiveFields) => readWanted(recording)?.kind
