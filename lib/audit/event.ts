/** The closed list of acts that are put on record, each with what it means. Other programs rely on it: add, never rename. */
export const AUDIT_ACTIONS = {
  'sign-in.succeeded': 'Somebody signed in.',
  'sign-in.failed': 'A sign-in was tried and refused.',
  'sign-in.ended': 'A sign-in ended: signed out, idle, eight hours, or ended by somebody.',
  'session.searched': 'Sessions were looked for. Holds the IDs recognised, never the raw text.',
  'recording.viewed': 'The page of a session was shown.',
  'viewing.opened': 'A recording was opened for playing; committed before any key is unwrapped.',
  'viewing.refused': 'Opening or reading a recording was refused.',
  'viewing.window': 'A window of a recording was about to be served.',
  'viewing.progressed': 'The player says what was played.',
  'viewing.closed': 'A viewing ended, and why.',
  'download.opened': 'A whole recording was opened for downloading.',
  'download.refused': 'A download was refused.',
  'download.window': 'A window of a download was about to be served.',
  'download.closed': 'A download ended.',
  'grant.given': 'A grant was given.',
  'grant.changed': 'A grant was changed.',
  'grant.revoked': 'A grant was taken back.',
  'grant.expired': 'A grant came to its end.',
  'request.made': 'Access was asked for.',
  'request.approved': 'A request was approved.',
  'request.refused': 'A request was refused.',
  'request.lapsed': 'A request lapsed undecided.',
  'role.changed': 'Somebody’s roles were changed.',
  'person.disabled': 'A person was disabled.',
  'project.changed': 'A project was added or changed.',
  'storage.changed': 'A storage target was added or changed.',
  'certificate.changed': 'A certificate was added or changed.',
  'retention.changed': 'A retention rule was changed.',
  'hold.changed': 'A hold was placed or released.',
  'key.used': 'A private key unwrapped an archive’s password.',
  'key.failed': 'No private key unwrapped an archive’s password.',
  'archive.ingested': 'An archive came into the catalogue.',
  'archive.rescued': 'An archive was copied out of the recorder’s cloud.',
  'archive.deleted': 'An archive was deleted.',
  'archive.altered': 'An archive’s file is not the one first seen.',
  'archive.undecryptable': 'An archive’s file could not be decrypted.',
  'log.searched': 'The log was searched.',
  'log.exported': 'The log was exported.',
  'log.verified': 'The log was verified.',
  'log.dropped': 'Personal content or whole months of the log were dropped by rule.',
  'sealer.started': 'The sealer started.',
  'sealer.stopped': 'The sealer stopped.',
  'sealer.failed': 'The sealer failed.',
  'server.started': 'A server process started.',
  'server.stopped': 'A server process stopped.',
  'address.refused': 'An address of the portal was refused to somebody.',
  'grant.approved': 'A second administrator approved a grant, which counts from then on.',
  'grant.refused': 'A second administrator refused a grant, or none came in time.',
  'grant.reviewed': 'An access review kept a grant.',
  'role.proposed': 'The identity provider’s claim proposes roles that are not held.',
  'person.enabled': 'A person who had been disabled was enabled.',
  'access.listed': 'Who may see what was listed: for a scope, or for a person.',
  'recording.restricted': 'A recording was restricted, or a restriction was lifted.',
  'webhook.changed': 'A webhook was added, removed or tried.',
  'webhook.failed': 'An event could not be delivered to a webhook and is given up.',
  'change.proposed': 'A change of a project waits for a second administrator.',
  'change.approved': 'A second administrator approved a change, which was then made.',
  'change.refused': 'A second administrator refused a change.',
  'change.lapsed': 'A change lapsed undecided.',
  'groups.changed': 'The identity provider puts somebody into other groups than before.',
  'log.reviewed': 'Somebody says that they have reviewed the log up to a time.',
  'filter.changed': 'A filter of the log was saved or removed.',
  'anchor.failed':
    'Checkpoints of the log could not be put where they are kept elsewhere, once for each cause.',
  'anchor.restored': 'Checkpoints of the log reach the place where they are kept elsewhere again.',
  'check.asked': 'Somebody asked for a check of the whole log.',
  'drop.announced': 'What the log’s rule will drop was announced, a week before.',
  'log.erased': 'The personal values of one line of the log were erased: two people agreed.',
  'token.made': 'A token was made, with which another program fetches the log.',
  'token.ended': 'A token for the log ended: revoked, past its time, or its maker may export no more.',
} as const satisfies Record<string, string>

export type AuditAction = keyof typeof AUDIT_ACTIONS
export type AuditOutcome = 'allowed' | 'refused' | 'failed'

/** Who did it, as the log keeps it. A service has no sign-in. */
export type AuditActor =
  | { readonly kind: 'service'; readonly name: string }
  | {
      readonly kind: 'person'
      readonly issuer: string
      readonly subject: string
      readonly name: string | null
      readonly email: string | null
      readonly roles: readonly string[]
      readonly signInId: string | null
      readonly signedInAt: Date | null
      readonly acr: string | null
      readonly amr: readonly string[]
    }

/** Where a request came from. */
export type AuditClient = {
  readonly address: string | null
  readonly userAgent: string | null
  readonly requestId: string
}

/**
 * One act. `id` is a UUIDv7 made by the caller: appending the same id twice gives the row already there.
 * Everything but `id`, `action` and `outcome` is left out where it does not apply. Never a secret, a URL of media or raw input.
 */
export type AuditEvent = {
  readonly id: string
  readonly action: AuditAction
  readonly outcome: AuditOutcome
  readonly code?: string
  /** Left out for events of a viewing: its `viewing.opened` says who. */
  readonly actor?: AuditActor
  readonly client?: AuditClient
  readonly target?: { readonly kind: string; readonly id: string }
  readonly sessionId?: string
  readonly archiveId?: string
  readonly projectId?: string
  readonly projectName?: string
  readonly region?: string
  readonly viewingId?: string
  readonly grantId?: string
  readonly reasonCode?: string
  readonly reason?: string
  readonly caseReference?: string
  /** Plaintext bytes of the recording, end exclusive; `bytes` is what is sent, PAT and PMT included. */
  readonly window?: { readonly start: number; readonly end: number; readonly bytes: number }
  /** Seconds of the recording the window covers. */
  readonly media?: { readonly from: number; readonly to: number }
  /** What the player claims was played, kept apart from what was served. */
  readonly claimed?: readonly (readonly [from: number, to: number])[]
  readonly certificateFingerprint?: string
  readonly before?: unknown
  readonly after?: unknown
}
