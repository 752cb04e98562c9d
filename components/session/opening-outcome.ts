import type { ArchiveView } from '../../lib/archives/archive-row.ts'
import type { Outcome } from './use-opening.ts'
import type { Problem } from './viewing-client.ts'

/** Whether the dialog is worth leaving open: what was said in it, or the moment it was said at, was wrong. */
export function mayBeMended({ code, status }: Problem): boolean {
  return code === 'reason-invalid' || code === 'case-required' || status === 0 || status === 429
}

type Known = Pick<ArchiveView, 'code' | 'container' | 'durationMeasured'>

/** Whether an opening, refused or not, told more of an archive than was known when the page was loaded. */
export function isNews({ code, container, durationMeasured }: Known, outcome: Outcome): boolean {
  if (outcome === 'overtaken') return false
  if (outcome === 'open') return code !== null || container === null || !durationMeasured
  return outcome.code !== code && OF_THE_ARCHIVE.test(outcome.code)
}

/** Codes that are kept with the archive until it is opened again. */
const OF_THE_ARCHIVE = /^(archive-|password-|key-not-found$)/
