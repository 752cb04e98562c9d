/** Why somebody opens a recording. */
export type GivenReason = {
  readonly reasonCode: string
  readonly reason: string
  readonly caseReference: string
}

export type RememberedReason = GivenReason & { readonly savedAt: Date }

const KEEP_MS = 60 * 60 * 1000

/** Within this tab, for this person and project: somebody else who signs in here must not find it. */
function keyOf(personId: string, projectId: string): string {
  return `recordroom.reason ${personId} ${projectId}`
}

export function rememberReason(given: GivenReason, personId: string, projectId: string): void {
  const text = JSON.stringify({ ...given, savedAt: new Date().toISOString() })
  sessionStorage.setItem(keyOf(personId, projectId), text)
}

export function findRememberedReason(personId: string, projectId: string): RememberedReason | null {
  return parseRemembered(sessionStorage.getItem(keyOf(personId, projectId)), new Date())
}

/** What was remembered, unless it is more than an hour old or not what was put there. */
export function parseRemembered(text: string | null, now: Date): RememberedReason | null {
  const kept = parseJson(text)
  if (typeof kept !== 'object' || kept === null) return null
  const { reasonCode, reason, caseReference, savedAt } = kept as Record<string, unknown>
  if (typeof reasonCode !== 'string' || typeof reason !== 'string') return null
  if (typeof caseReference !== 'string' || typeof savedAt !== 'string') return null
  const at = new Date(savedAt)
  const age = now.getTime() - at.getTime()
  return age >= 0 && age < KEEP_MS ? { reasonCode, reason, caseReference, savedAt: at } : null
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}
