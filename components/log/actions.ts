import type { AuditAction } from '../../lib/audit/event.ts'
import { ACTION_WORDS } from '../words.ts'

export function isAction(text: string): text is AuditAction {
  return Object.hasOwn(ACTION_WORDS, text)
}

/** All acts of the log, by what they are called. */
export const ACTIONS: readonly AuditAction[] = Object.keys(ACTION_WORDS)
  .filter(isAction)
  .sort((one, other) => ACTION_WORDS[one].localeCompare(ACTION_WORDS[other], 'en'))
