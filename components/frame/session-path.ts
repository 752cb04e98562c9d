/** The address of a session's page, at an archive and a second of it where those are given. */
export function sessionPath(sessionId: string, archiveId?: string, atSeconds?: number): string {
  const query = new URLSearchParams()
  if (archiveId !== undefined) query.set('archive', archiveId)
  if (atSeconds !== undefined) query.set('t', String(Math.max(0, Math.round(atSeconds * 10) / 10)))
  const path = `/sessions/${encodeURIComponent(sessionId)}`
  return query.size === 0 ? path : `${path}?${query}`
}

/** Reads `?t=`: seconds from the archive's beginning; 0 for anything else. */
export function parseMoment(text: string | string[] | undefined): number {
  if (typeof text !== 'string' || !/^\d{1,7}(\.\d{1,3})?$/.test(text)) return 0
  return Number(text)
}
