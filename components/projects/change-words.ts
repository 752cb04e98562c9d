import type { ChangeKind } from '../../lib/projects/change.ts'

/** What each kind of change is called. */
export const CHANGE_WORDS = {
  storage: 'Storage',
  certificates: 'Certificates',
  webhook: 'Webhook',
  rules: 'Rules',
  retention: 'Retention',
  'log-retention': 'How long the log is kept',
  'log-hold': 'Release of a hold on the log',
  'log-erasure': 'Erasure in the log',
} as const satisfies Record<ChangeKind, string>
