import { withQuery } from '../query.ts'

/** What the page of the log was asked for, as its address says it. */
export type LogAddress = {
  readonly session?: string
  readonly person?: string
  readonly action?: string
  readonly viewing?: string
  readonly after?: string
  readonly unfold?: string
}

/** The log with other parameters; what is left out of `change` stays. */
export function logPath(
  address: LogAddress,
  change: { readonly [name in keyof LogAddress | 'open']?: string | null } = {},
): string {
  return withQuery('/audit', { ...address, ...change })
}
