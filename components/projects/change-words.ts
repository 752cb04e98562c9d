import type { ChangeKind } from '../../lib/projects/change.ts'

/** What each kind of change is called. */
export const CHANGE_WORDS = {
  storage: 'Storage',
  certificates: 'Certificates',
  webhook: 'Webhook',
  rules: 'Rules',
  retention: 'Retention',
} as const satisfies Record<ChangeKind, string>
