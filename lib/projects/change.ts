import { DECIDE_WITHIN_MS } from '../access/deciding.ts'
import type { NoticeAbout } from '../notices/notice-kind.ts'
import { factsOfProject } from './project-facts.ts'

/** What of a project a second administrator must agree to. */
const CHANGE_KINDS = {
  storage: 'Where its archives lie.',
  certificates: 'The keys that open them.',
  webhook: 'A webhook is added or removed.',
  rules: 'The rules that keep it safe are relaxed.',
  retention: 'How long its archives are kept.',
  'log-retention': 'How long its part of the log is kept.',
  'log-hold': 'A hold on its part of the log is released.',
  'log-erasure': 'Personal values of one line of the log are erased.',
} as const satisfies Record<string, string>

export type ChangeKind = keyof typeof CHANGE_KINDS

export type ChangeState = 'open' | 'approved' | 'refused' | 'lapsed'

/** The column `summary`: what whoever decides is shown. */
export type ChangeSummary = {
  /** What would be done, a line each, in words; nothing secret. */
  readonly lines: readonly string[]
  /** It is about all projects, or the portal’s own part of the log, and decided by administrators of all. */
  readonly forAll: boolean
  /** The webhook it is about; null: none. */
  readonly webhookId: string | null
}

/** What the database reads of a change of how the log is kept, where it keeps to what was proposed. */
export type LogAsked =
  | { readonly contentMonths: number | null; readonly linesMonths: number | null }
  | { readonly holdId: string; readonly reason: string }
  | { readonly eventId: string; readonly reason: string }

/** Of no project, it is of what the log keeps of none: the portal’s own part. */
const OF_PORTAL: ReadonlySet<string> = new Set<ChangeKind>(['log-retention', 'log-erasure'])

/**
 * What it is about, as people and webhooks are told. What is of no single project is not told as of one, though it waits
 * beside one.
 */
export function aboutChanged(
  { name }: { readonly name: string },
  { kind, forAll }: { readonly kind: string; readonly forAll: boolean },
): NoticeAbout {
  return forAll ? { scope: OF_PORTAL.has(kind) ? 'portal' : 'all', project: null } : { project: name }
}

/** What a row of the log says of where it is. One of no single project is for those who read the log of all. */
export function factsOfChanged(
  project: Parameters<typeof factsOfProject>[0],
  { forAll }: { readonly forAll: boolean },
): Partial<ReturnType<typeof factsOfProject>> {
  return forAll ? {} : factsOfProject(project)
}

export function isChangeKind(text: string): text is ChangeKind {
  return Object.hasOwn(CHANGE_KINDS, text)
}

/** A change that nobody decided within 72 hours has lapsed, also before that is on record. */
export function planChangeState(
  { decision, proposedAt }: { readonly decision: string | null; readonly proposedAt: Date },
  now: Date,
): ChangeState {
  if (decision === null) return now.getTime() - proposedAt.getTime() < DECIDE_WITHIN_MS ? 'open' : 'lapsed'
  return decision === 'approved' || decision === 'refused' ? decision : 'lapsed'
}

/** Why it is asked for, in the words of whoever asks; null where nobody was asked to say. */
export function parseBecause(column: unknown): string | null {
  if (typeof column !== 'object' || column === null || !('log' in column)) return null
  const { log } = column
  if (typeof log !== 'object' || log === null || !('reason' in log)) return null
  return typeof log.reason === 'string' ? log.reason : null
}

/** Reads the column `summary`. */
export function parseSummary(column: unknown): ChangeSummary {
  if (typeof column !== 'object' || column === null) return { lines: [], forAll: false, webhookId: null }
  const fields = new Map<string, unknown>(Object.entries(column))
  const [lines, webhookId] = [fields.get('lines'), fields.get('webhookId')]
  return {
    lines: Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [],
    forAll: fields.get('forAll') === true,
    webhookId: typeof webhookId === 'string' ? webhookId : null,
  }
}
