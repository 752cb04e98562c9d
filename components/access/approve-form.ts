import { isTooLong } from '../../lib/access/grant-length.ts'
import type { RequestLine } from '../../lib/access/requests/request-line.ts'
import { count } from '../words.ts'
import { endOfDay, endOfSpan, SPANS } from './asking-for.ts'
import type { Clock } from './give-form.ts'
import { judgeWord } from './judge-word.ts'

/** How a request is approved, as it stands in the fields. */
export type ApproveFields = {
  readonly rights: readonly string[]
  /** `asked`, days from now, or `day`: with the last day. */
  readonly span: string
  readonly lastDay: string
  readonly word: string
}

type Asked = Pick<RequestLine, 'rights' | 'until' | 'longestDays'>

/** As much as was asked for, or as long as a grant may last there. */
export function beginApproval(asked: Asked, clock: Clock): ApproveFields {
  const longest = findLimit(asked, clock)
  return { span: longest === null ? 'asked' : String(longest), lastDay: '', word: '', rights: asked.rights }
}

/** How many days may be given where that is less than was asked for; null where it is not. */
export function findLimit({ until, longestDays }: Asked, { now }: Clock): number | null {
  return longestDays !== null && isTooLong({ from: now, until, now, longestDays }) ? longestDays : null
}

/** The lengths that are shorter than what was asked for; the last is the longest that is allowed. */
export function planSpans(
  asked: Asked,
  clock: Clock,
): readonly { readonly days: number; readonly label: string }[] {
  const limit = findLimit(asked, clock)
  const shorter = SPANS.filter(({ days }) => endOfSpan(days, clock.now) < asked.until)
  if (limit === null) return shorter
  return [
    ...shorter.filter(({ days }) => days < limit),
    { days: limit, label: `${count(limit, 'day')}, the longest there` },
  ]
}

/** When it would end; null for what is no day. */
export function readUntil(
  { span, lastDay }: ApproveFields,
  { until }: Asked,
  { now, zone }: Clock,
): Date | null {
  if (span === 'asked') return until
  return span === 'day' ? endOfDay(lastDay, zone) : endOfSpan(Number(span), now)
}

/** What stands against it, by field, in the order of the form. */
export function judgeApproval(
  fields: ApproveFields,
  asked: Asked,
  clock: Clock,
): readonly (readonly [keyof ApproveFields, string])[] {
  const until = readUntil(fields, asked, clock)
  const wordFault = judgeWord(fields.word, 0)
  const place = fields.span === 'day' ? 'lastDay' : 'span'
  const faults: readonly (readonly [keyof ApproveFields, boolean, string])[] = [
    ['lastDay', until === null, 'Choose the last day.'],
    [place, until !== null && until <= clock.now, 'Choose an end that is not over.'],
    [place, until !== null && until > asked.until, 'Choose a day before the end that was asked for.'],
    [
      place,
      until !== null && findLimit({ ...asked, until }, clock) !== null,
      `A grant lasts at most ${asked.longestDays} days there.`,
    ],
    ['word', wordFault !== null, wordFault ?? ''],
  ]
  return faults.flatMap(([name, isFault, said]) => (isFault ? [[name, said] as const] : []))
}

/** The same as `POST /access/requests/{id}/decision` takes it: of rights and end, what is less than was asked for. */
export function toDecision(
  fields: ApproveFields,
  asked: Asked,
  clock: Clock,
): Readonly<Record<string, unknown>> {
  const until = readUntil(fields, asked, clock)
  return {
    approve: true,
    ...(fields.span !== 'asked' && until !== null && { until: until.toISOString() }),
    ...(fields.rights.length < asked.rights.length && { rights: fields.rights }),
    ...(fields.word.trim() !== '' && { word: fields.word.trim() }),
  }
}
