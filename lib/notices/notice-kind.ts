/** What people and other programs are told, each with what it means. Other programs rely on it: add, never rename. */
export const NOTICE_KINDS = {
  'request.made': 'Somebody asks for access.',
  'request.approved': 'A request was approved.',
  'request.refused': 'A request was refused.',
  'request.lapsed': 'A request lapsed undecided.',
  'grant.awaiting': 'A grant waits for a second administrator.',
  'grant.suspended':
    'A grant that counted waits for a second administrator, and counts for nothing until then.',
  'grant.given': 'A grant was given, or approved, and counts.',
  'grant.refused': 'A grant was refused by a second administrator, or lapsed.',
  'grant.revoked': 'A grant was taken back.',
  'grant.ending': 'A grant is about to end.',
  'change.awaiting': 'A change of a project waits for a second administrator.',
  'change.decided': 'A change of a project was approved or refused, or lapsed.',
  'drop.announced': 'What the log’s rule will drop was announced, a week before.',
} as const satisfies Record<string, string>

export type NoticeKind = keyof typeof NOTICE_KINDS

export function isNoticeKind(text: string): text is NoticeKind {
  return Object.hasOwn(NOTICE_KINDS, text)
}

/** Ids, times and names of what is told, as whoever told it put them down. */
export type NoticeAbout = Readonly<Record<string, string | null>>
