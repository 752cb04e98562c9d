import { type AppError, ERROR_CODES, isErrorCode } from '../errors.ts'
import type { Staleness } from './archive-row.ts'
import type { ScopedProject } from './scope.ts'

/** The newest part is read every minute; this much later something is wrong, though nothing says what. */
export const RECENT_LATE_MS = 10 * 60 * 1000
/** The whole list is read each night. */
const WHOLE_LATE_MS = 50 * 60 * 60 * 1000

/** Whether what is known of a project may be out of date: its recorder did not answer just now, or lately, or was not read. */
export function findStaleness(
  project: ScopedProject,
  { failure, now }: { readonly failure: AppError | undefined; readonly now: Date },
): Staleness | null {
  const known = { project: project.name, readAt: project.recentReadAt }
  if (failure !== undefined) return { ...known, failedAt: now, code: failure.code, detail: failure.detail }
  if (project.readFailedAt !== null) {
    const code = isErrorCode(project.readFailureCode) ? project.readFailureCode : 'internal'
    const detail = project.readFailure ?? ERROR_CODES[code][1]
    return { ...known, failedAt: project.readFailedAt, code, detail }
  }
  const detail = findLateness(project, now)
  return detail === null ? null : { ...known, failedAt: now, code: 'internal', detail }
}

function findLateness({ createdAt, recentReadAt, wholeReadAt }: ScopedProject, now: Date): string | null {
  const ageMs = (time: Date | null): number => now.getTime() - (time ?? createdAt).getTime()
  if (ageMs(recentReadAt) > RECENT_LATE_MS) return 'Its recorder has not been read for more than ten minutes.'
  if (ageMs(wholeReadAt) > WHOLE_LATE_MS) {
    return 'Its recorder’s newest archives are read, but its whole list has not been for two nights.'
  }
  return null
}
