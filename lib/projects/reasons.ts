/** What may be said when a recording is opened. */
export type Reason = { readonly code: string; readonly label: string; readonly caseRequired: boolean }

/** Where a project says nothing else. */
export const DEFAULT_REASONS: readonly Reason[] = [
  { code: 'regulator', label: 'Regulator’s request', caseRequired: false },
  { code: 'complaint', label: 'Complaint', caseRequired: false },
  { code: 'investigation', label: 'Internal investigation', caseRequired: false },
  { code: 'legal', label: 'Legal proceedings', caseRequired: false },
  { code: 'quality', label: 'Quality review', caseRequired: false },
  { code: 'other', label: 'Other', caseRequired: false },
]

/** Reads the column `reasons` of a project's row. */
export function parseReasons(column: unknown): Reason[] {
  return Array.isArray(column) ? column.map(parseReason).filter((reason) => reason !== null) : []
}

function parseReason(value: unknown): Reason | null {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('label' in value)) return null
  if (typeof value.code !== 'string' || typeof value.label !== 'string') return null
  return {
    code: value.code,
    label: value.label,
    caseRequired: 'caseRequired' in value && value.caseRequired === true,
  }
}
