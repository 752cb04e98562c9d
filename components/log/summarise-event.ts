import type { LoggedEvent } from '../../lib/audit/logged-event.ts'
import type { CloseReason } from '../../lib/viewings/viewing.ts'
import { count } from '../words.ts'

const CLOSE_WORDS: Readonly<Record<string, string>> = {
  closed: 'by its viewer',
  replaced: 'as another was opened',
  idle: 'nothing heard of its player',
  expired: 'eight hours over',
  'grant-ended': 'its grant ended',
  'access-withdrawn': 'access taken back',
  'sign-in-ended': 'the sign-in ended',
  failed: 'it could not be read',
} satisfies Record<CloseReason, string>

/** The one thing about an act that is asked for next, in a few words; null where its columns say it all. */
export function summariseEvent({ action, after }: LoggedEvent): string | null {
  const { reason, roles, listed, sessionIds, archiveIds, sessionsShown, times, address } = parseRecord(after)
  switch (action) {
    case 'viewing.closed':
    case 'download.closed':
      return typeof reason === 'string' ? (CLOSE_WORDS[reason] ?? reason) : null
    case 'role.changed':
      return Array.isArray(roles) ? `now ${roles.map(sayRole).join(', ') || 'none'}` : null
    case 'session.searched': {
      if (listed === 'newest') return 'the newest'
      const ids = sizeOf(sessionIds) + sizeOf(archiveIds)
      return typeof sessionsShown === 'number'
        ? `${count(ids, 'ID')}, ${count(sessionsShown, 'session')} shown`
        : null
    }
    case 'address.refused':
      if (typeof address === 'string') return address
      return typeof times === 'number' ? count(times, 'time') : null
    default:
      return null
  }
}

/** A role may name its project, as `reviewer@…`; the opened line has it whole. */
export function sayRole(role: unknown): string {
  return String(role).split('@')[0] ?? ''
}

function parseRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

const sizeOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0)
