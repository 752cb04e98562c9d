/** A month of the log: `2026-11`. */
export type Month = string

/** How long before something is dropped that is announced. */
export const ANNOUNCED_DAYS = 7
/** A day more, so that what is announced a day late by a daily job is still dropped when it is due. */
export const ANNOUNCED_BEFORE_DAYS = ANNOUNCED_DAYS + 1

const DAY_MS = 86_400_000

/** From when on a month may go that is kept for so many months: counted from its end, so that its last line is kept as long. */
export function planDueDate(month: Month, keptMonths: number): Date {
  const { year, index } = parseMonth(month)
  return new Date(Date.UTC(year, index + 1 + keptMonths, 1))
}

/** The first moment of which nothing is due yet: every month that ends by then is. */
export function planDueUntil(now: Date, keptMonths: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - keptMonths, 1))
}

/** When a day that something is announced on leads to its being dropped, at the earliest. */
export function planDropFrom(announcedAt: Date): Date {
  return new Date(announcedAt.getTime() + ANNOUNCED_DAYS * DAY_MS)
}

/** What is announced now: due by then. */
export function planAnnouncedUntil(now: Date): Date {
  return new Date(now.getTime() + ANNOUNCED_BEFORE_DAYS * DAY_MS)
}

/** Throws RangeError for what is no month. */
function parseMonth(month: Month): { year: number; index: number } {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? []
  if (year === undefined || number === undefined) throw new RangeError(`${month} is no month`)
  return { year: Number(year), index: Number(number) - 1 }
}
