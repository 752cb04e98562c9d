import { describe, expect, test } from 'vitest'
import type { AuditAction } from '../../lib/audit/event.ts'
import { summariseEvent } from './summarise-event.ts'
import { loggedEvent } from './test-logged-event.ts'

const summarise = (action: AuditAction, after: unknown): string | null =>
  summariseEvent({ ...loggedEvent, action, after })

describe('a line of the log says in short', () => {
  test('why a viewing ended', () => {
    expect(summarise('viewing.closed', { reason: 'replaced' })).toBe('as another was opened')
    expect(summarise('viewing.closed', { reason: 'of a later version' })).toBe('of a later version')
  })

  test('what somebody’s roles are now', () => {
    expect(summarise('role.changed', { roles: ['admin', 'reviewer@0b7c'] })).toBe('now admin, reviewer')
    expect(summarise('role.changed', { roles: [] })).toBe('now none')
  })

  test('what was searched for', () => {
    expect(summarise('session.searched', { listed: 'newest', sessionsShown: 50 })).toBe('the newest')
    const after = { sessionIds: ['1_a', '1_b'], archiveIds: ['c'], sessionsShown: 1 }
    expect(summarise('session.searched', after)).toBe('3 IDs, one session shown')
  })

  test('which address was refused, or how often', () => {
    expect(summarise('address.refused', { address: '/audit' })).toBe('/audit')
    expect(summarise('address.refused', { times: 4 })).toBe('4 times')
  })

  test('nothing where it knows nothing', () => {
    expect(summarise('viewing.closed', null)).toBeNull()
    expect(summarise('key.used', { reason: 'closed' })).toBeNull()
  })
})
