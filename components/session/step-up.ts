/** What somebody was about to do when they were asked to prove again who they are. */
export type StepUp = { readonly archiveId: string; readonly purpose: 'play' | 'download' }

type Kept = StepUp & { readonly savedAt: Date }

const KEY = 'recordroom.step-up'
/** Long enough for a second factor that must be fetched. */
const KEEP_MS = 10 * 60 * 1000

/**
 * Remembers within this tab what to go on with after the sign-in. The reason is remembered by itself, for whoever gave
 * it: an address alone never opens anything.
 */
export function rememberStepUp({ archiveId, purpose }: StepUp): void {
  sessionStorage.setItem(KEY, JSON.stringify({ archiveId, purpose, savedAt: new Date().toISOString() }))
}

/** What to go on with, once. */
export function takeStepUp(): StepUp | null {
  const text = sessionStorage.getItem(KEY)
  sessionStorage.removeItem(KEY)
  return parseStepUp(text, new Date())
}

/** What was remembered, unless it is more than ten minutes old or not what was put there. */
export function parseStepUp(text: string | null, now: Date): StepUp | null {
  const kept = parseKept(text)
  if (kept === null) return null
  const age = now.getTime() - kept.savedAt.getTime()
  return age >= 0 && age < KEEP_MS ? { archiveId: kept.archiveId, purpose: kept.purpose } : null
}

function parseKept(text: string | null): Kept | null {
  const kept = parseJson(text)
  if (typeof kept !== 'object' || kept === null) return null
  const { archiveId, purpose, savedAt } = kept as Record<string, unknown>
  if (typeof archiveId !== 'string' || typeof savedAt !== 'string') return null
  return purpose === 'play' || purpose === 'download'
    ? { archiveId, purpose, savedAt: new Date(savedAt) }
    : null
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}
