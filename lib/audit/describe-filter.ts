import type { LogFilter } from './log-filter.ts'

/**
 * A filter as a row of the log keeps it, but for what the row has columns for (session, archive). Of what somebody typed
 * freely its length alone: it may be a name, a client's address or a case, and rows cannot be mended.
 */
export function describeFilter(filter: LogFilter): Readonly<Record<string, string | number>> {
  const { role, action, outcome, viewingId, from, to } = filter
  const { person, reason, caseReference, project, address } = filter
  return {
    ...(role !== undefined && { role }),
    ...(action !== undefined && { action }),
    ...(outcome !== undefined && { outcome }),
    ...(viewingId !== undefined && { viewingId }),
    ...(from !== undefined && { from: from.toISOString() }),
    ...(to !== undefined && { to: to.toISOString() }),
    ...(person !== undefined && { personLength: person.length }),
    ...(reason !== undefined && { reasonLength: reason.length }),
    ...(caseReference !== undefined && { caseLength: caseReference.length }),
    ...(project !== undefined && { projectLength: project.length }),
    ...(address !== undefined && { addressLength: address.length }),
  }
}
