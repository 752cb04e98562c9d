/** How long a project's part of the log is kept, in whole months after the month a line is of; null: for good. */
export type LogRule = {
  /** Personal values: names, mails, addresses, reasons, case references. */
  readonly contentMonths: number | null
  /** The lines themselves, which go by whole months of all projects; at least as long as what they hold. */
  readonly linesMonths: number | null
}

export const MOST_MONTHS = 1200

/** What others are bound to. Suggestions: nothing is chosen before somebody chooses it. */
export const LOG_RULE_PRESETS: readonly (LogRule & { readonly name: string })[] = [
  { name: 'FINRA, SEC 17a-4: 6 years', contentMonths: 72, linesMonths: 72 },
  { name: 'MiFID II: 5 years', contentMonths: 60, linesMonths: 60 },
  { name: 'MiFID II, when the authority asks: 7 years', contentMonths: 84, linesMonths: 84 },
  { name: 'PCI DSS: 1 year', contentMonths: 12, linesMonths: 12 },
  { name: 'CNIL: 6 months', contentMonths: 6, linesMonths: 6 },
  { name: 'CNIL: 12 months', contentMonths: 12, linesMonths: 12 },
]

/** Why a rule cannot be; null: it can. */
export function judgeLogRule({ contentMonths, linesMonths }: LogRule): string | null {
  const isLength = (months: number | null): boolean =>
    months === null || (Number.isInteger(months) && months >= 1 && months <= MOST_MONTHS)
  if (!isLength(contentMonths) || !isLength(linesMonths))
    return `Say whole months, from 1 to ${MOST_MONTHS}, or that it is kept for good.`
  if (linesMonths !== null && (contentMonths === null || linesMonths < contentMonths))
    return 'Lines are kept at least as long as the personal values that they hold.'
  return null
}

/** `5 years`, `18 months`, `for good`. */
export function sayMonths(months: number | null): string {
  if (months === null) return 'for good'
  if (months % 12 !== 0) return months === 1 ? '1 month' : `${months} months`
  return months === 12 ? '1 year' : `${months / 12} years`
}
