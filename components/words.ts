import type { AuditAction } from '../lib/audit/event.ts'
import type { ErrorCode } from '../lib/errors.ts'

/** What a code is called in a list, and what can be done about it and by whom. */
export type ErrorWords = { readonly short: string; readonly next: string }

const COME_BACK = 'Come back in a while.'
const TELL_ADMIN = 'Tell an administrator of the portal.'

export const ERROR_WORDS = {
  'request-invalid': { short: 'not understood', next: 'Check what was entered and try again.' },
  'request-too-large': { short: 'too large', next: 'Enter less at once.' },
  'address-too-long': { short: 'address too long', next: 'Enter fewer session IDs at once.' },
  'rate-limited': { short: 'too many at once', next: 'Wait a minute, then try again.' },
  'reason-invalid': {
    short: 'reason needed',
    next: 'Choose a reason and say why in 10 to 2,000 characters.',
  },
  'case-required': { short: 'case needed', next: 'Enter the reference of the case.' },
  'range-not-satisfiable': { short: 'outside the recording', next: 'Go to an earlier place.' },
  'method-not-allowed': { short: 'not answered', next: 'Go back and start from the page itself.' },
  'origin-refused': {
    short: 'not from this site',
    next: 'Open the portal in a tab of its own and try again.',
  },
  'sign-in-required': { short: 'sign in', next: 'Sign in.' },
  'sign-in-expired': { short: 'sign in again', next: 'Sign in again.' },
  'step-up-required': { short: 'confirm who you are', next: 'Sign in again to confirm who you are.' },
  forbidden: {
    short: 'not found or not yours',
    next: 'Check the ID; if it is right, ask an administrator for access.',
  },
  'not-found': { short: 'not found', next: 'Check the address.' },
  'session-unknown': {
    short: 'not known',
    next: 'Check the ID. A call of the last minutes may not be listed yet.',
  },
  'viewing-closed': { short: 'ended', next: 'Open the recording again.' },
  'export-unready': { short: 'no file', next: 'Wait until it is made, or ask for the export again.' },
  'log-slow': {
    short: 'takes too long',
    next: 'Narrow the period, or look for one session, archive, case or person. An export may take as long as it needs.',
  },
  'log-busy': { short: 'log is busy', next: 'Try again in a few seconds.' },
  'log-unsealed': {
    short: 'not sealed yet',
    next: 'Try again in a few seconds; if it stays so, ask whoever runs the portal.',
  },
  'own-access': { short: 'for yourself', next: 'Ask another administrator.' },
  'grant-invalid': { short: 'not a grant', next: 'Change what is said to be wrong and try again.' },
  'scope-unknown': { short: 'nothing known', next: 'Check the project, session or archive.' },
  'person-invalid': { short: 'nobody', next: 'Enter the mail somebody signs in with.' },
  'roles-apart': { short: 'roles apart', next: 'Take the other roles away first.' },
  'last-holder': { short: 'the last', next: 'Give the role to somebody else first.' },
  'already-decided': { short: 'decided', next: 'Load the page again to see what was decided.' },
  'changed-meanwhile': {
    short: 'changed since',
    next: 'Nothing was saved. Look at it as it is now, then change it again.',
  },
  'token-refused': { short: 'token refused', next: 'Ask an auditor for a new one.' },
  'token-invalid': { short: 'token not possible', next: 'Change what is named and try again.' },
  'webhook-invalid': { short: 'not a webhook', next: 'Change what is said to be wrong and try again.' },
  'log-kept': { short: 'on hold, or gone', next: 'See how the log is kept.' },
  'change-unfit': { short: 'no longer fits', next: 'Refuse it, and have it proposed again.' },
  'archive-restricted': {
    short: 'restricted',
    next: 'Ask for access to this very recording.',
  },
  'archive-recording': {
    short: 'recording',
    next: 'It can be played when the call has ended and the file is uploaded.',
  },
  'archive-paused': {
    short: 'paused',
    next: 'It can be played when the call has ended and the file is uploaded.',
  },
  'archive-uploading': {
    short: 'being uploaded',
    next: `${COME_BACK} Uploading takes about as long as the call.`,
  },
  'archive-failed': {
    short: 'failed',
    next: 'There is nothing to play. An administrator can ask the recorder’s support why.',
  },
  'archive-expired': {
    short: 'expired',
    next: 'The recorder has deleted it after 72 hours; there is nothing to play.',
  },
  'archive-deleted': { short: 'deleted', next: 'There is nothing to play.' },
  'archive-status-unknown': { short: 'status unknown', next: TELL_ADMIN },
  'archive-individual': {
    short: 'individual streams',
    next: 'An administrator can hand out the file from storage.',
  },
  'archive-missing': {
    short: 'gone from storage',
    next: 'An administrator must find out who removed the file.',
  },
  'archive-empty': { short: 'empty file', next: 'An administrator must look at the file in storage.' },
  'archive-cut': { short: 'cut', next: 'An administrator must look at the upload.' },
  'archive-changed': { short: 'altered', next: 'An administrator must find out who changed the file.' },
  'archive-undecryptable': {
    short: 'cannot be decrypted',
    next: 'An administrator must compare the keys with those in use then.',
  },
  'archive-container-unknown': {
    short: 'unknown format',
    next: 'An administrator must look at the file in storage.',
  },
  'archive-cold': {
    short: 'in a cold tier',
    next: 'An administrator must have it restored, which takes hours.',
  },
  'password-missing': {
    short: 'password missing',
    next: 'Without the archive’s password it cannot be decrypted.',
  },
  'password-malformed': {
    short: 'password malformed',
    next: 'An administrator must ask the recorder’s support.',
  },
  'key-not-found': {
    short: 'no key fits',
    next: 'An administrator must add the private key that was in use when it was made.',
  },
  'key-provider-down': {
    short: 'key out of reach',
    next: `Try again in a minute; if it stays, ${TELL_ADMIN.toLowerCase()}`,
  },
  'storage-none': { short: 'no storage', next: 'An administrator must name the project’s storage.' },
  'storage-forbidden': {
    short: 'storage refused',
    next: 'An administrator must mend the project’s credentials.',
  },
  'storage-unavailable': {
    short: 'storage out of reach',
    next: `Try again in a minute; if it stays, ${TELL_ADMIN.toLowerCase()}`,
  },
  'storage-misbehaved': {
    short: 'storage misbehaved',
    next: `Try again; if it stays, ${TELL_ADMIN.toLowerCase()}`,
  },
  'recorder-forbidden': {
    short: 'recorder refused',
    next: 'An administrator must mend the project’s credentials.',
  },
  'recorder-clock-skew': {
    short: 'clock out of step',
    next: 'An administrator must set the server’s clock.',
  },
  'recorder-unavailable': {
    short: 'recorder out of reach',
    next: `Try again in a minute; if it stays, ${TELL_ADMIN.toLowerCase()}`,
  },
  'recorder-misbehaved': {
    short: 'recorder misbehaved',
    next: `Try again; if it stays, ${TELL_ADMIN.toLowerCase()}`,
  },
  'address-refused': {
    short: 'address refused',
    next: 'An administrator must list the address in the portal’s settings.',
  },
  'audit-unavailable': {
    short: 'log out of reach',
    next: `Nothing is shown that cannot be put on record. Try again in a minute; if it stays, ${TELL_ADMIN.toLowerCase()}`,
  },
  'anchor-conflict': {
    short: 'anchor differs',
    next: 'Find out why the anchor holds something else before anything is changed.',
  },
  'time-stamp-invalid': { short: 'no time stamp', next: 'Ask whoever runs the time-stamping authority.' },
  internal: { short: 'failed', next: `Try again; if it stays, ${TELL_ADMIN.toLowerCase()}` },
} as const satisfies Record<ErrorCode, ErrorWords>

/**
 * What was said of a failure as a heading, and under it what to do: in its own further sentences, else in those of its
 * code.
 */
export function splitDetail(detail: string, code: ErrorCode): { title: string; advice: string } {
  if (code === 'viewing-closed') return { title: 'This viewing has ended', advice: detail }
  const end = detail.search(/\.(\s|$)/)
  const title = end === -1 ? detail : detail.slice(0, end)
  return { title, advice: detail.slice(title.length + 1).trim() || ERROR_WORDS[code].next }
}

/** The recorder's own words for what an archive is; one that is not listed is shown as it is. */
const STATUS_WORDS: ReadonlyMap<string, string> = new Map([
  ['started', 'recording'],
  ['paused', 'paused'],
  ['stopped', 'being uploaded'],
  ['available', 'in the recorder’s cloud'],
  ['uploaded', 'in storage'],
  ['expired', 'expired'],
  ['failed', 'failed'],
  ['deleted', 'deleted'],
])

export function sayStatus(status: string): string {
  return STATUS_WORDS.get(status) ?? status
}

/** Whether the recorder says that there is a file: what cannot be played then may be mended. */
export function hasFile({ status }: { readonly status: string }): boolean {
  return status === 'uploaded' || status === 'available'
}

export const ROLE_WORDS = {
  reviewer: 'Reviewer',
  admin: 'Administrator',
  auditor: 'Auditor',
} as const

export const RIGHT_WORDS: Readonly<Record<string, string>> = {
  'recording:find': 'find',
  'recording:play': 'play',
  'recording:download': 'download',
}

/** What each act is called in a line of the log. */
export const ACTION_WORDS = {
  'sign-in.succeeded': 'signed in',
  'sign-in.failed': 'sign-in failed',
  'sign-in.ended': 'sign-in ended',
  'session.searched': 'searched for sessions',
  'recording.viewed': 'looked at a session',
  'viewing.opened': 'opened a recording',
  'viewing.refused': 'was refused a recording',
  'viewing.window': 'was served',
  'viewing.progressed': 'player’s claim',
  'viewing.closed': 'viewing ended',
  'download.opened': 'opened a download',
  'download.refused': 'was refused a download',
  'download.window': 'was sent',
  'download.closed': 'download ended',
  'grant.given': 'gave a grant',
  'grant.changed': 'changed a grant',
  'grant.revoked': 'took a grant back',
  'grant.expired': 'grant ended',
  'request.made': 'asked for access',
  'request.approved': 'approved a request',
  'request.refused': 'refused a request',
  'request.lapsed': 'request lapsed',
  'role.changed': 'changed roles',
  'person.disabled': 'disabled a person',
  'project.changed': 'changed a project',
  'storage.changed': 'changed storage',
  'certificate.changed': 'changed a certificate',
  'retention.changed': 'changed retention',
  'hold.changed': 'changed a hold',
  'key.used': 'key used',
  'key.failed': 'key failed',
  'archive.ingested': 'archive came in',
  'archive.rescued': 'archive rescued',
  'archive.deleted': 'archive deleted',
  'archive.altered': 'archive altered',
  'archive.undecryptable': 'archive undecryptable',
  'log.searched': 'searched the log',
  'log.exported': 'exported the log',
  'log.verified': 'verified the log',
  'log.dropped': 'dropped log content',
  'sealer.started': 'sealer started',
  'sealer.stopped': 'sealer stopped',
  'sealer.failed': 'sealer failed',
  'server.started': 'server started',
  'server.stopped': 'server stopped',
  'address.refused': 'was refused an address',
  'grant.approved': 'approved a grant',
  'grant.refused': 'refused a grant',
  'grant.reviewed': 'kept a grant in review',
  'role.proposed': 'roles proposed',
  'person.enabled': 'enabled a person',
  'access.listed': 'listed access',
  'recording.restricted': 'restricted a recording',
  'webhook.changed': 'changed a webhook',
  'webhook.failed': 'webhook gave up',
  'change.proposed': 'proposed a change',
  'change.approved': 'approved a change',
  'change.refused': 'refused a change',
  'change.lapsed': 'change lapsed',
  'drop.announced': 'announced a drop',
  'log.erased': 'erased personal values',
  'groups.changed': 'groups changed',
  'log.reviewed': 'reviewed the log',
  'filter.changed': 'changed a saved filter',
  'anchor.failed': 'anchor failed',
  'anchor.restored': 'anchor restored',
  'check.asked': 'asked for a check of the log',
  'token.made': 'log token made',
  'token.ended': 'log token ended',
} as const satisfies Record<AuditAction, string>

/** Why signing in did not work, by the word next-auth or the portal puts into the address. */
const SIGN_IN_WORDS: ReadonlyMap<string, string> = new Map([
  [
    'SignInEnded',
    'Your sign-in has ended: after fifteen minutes without activity, after eight hours, at the sign-in service, or by an administrator. Sign in again to go on where you were.',
  ],
  [
    'AccessDenied',
    'You proved who you are, but this portal does not let you in. Ask an administrator of the portal why.',
  ],
  [
    'Unavailable',
    'Signing in is not possible at the moment, because it cannot be put on record. Try again in a minute.',
  ],
  [
    'OAuthSignin',
    'The sign-in service does not answer. Try again in a minute; if it stays, tell your IT service desk.',
  ],
  ['OAuthCallback', 'The sign-in was broken off or took too long. Try again.'],
  ['Callback', 'The sign-in was broken off or took too long. Try again.'],
  [
    'TokenRefused',
    'What the sign-in service says of you cannot be trusted, so you were not let in. Tell your IT service desk.',
  ],
  [
    'ProofTooOld',
    'The sign-in service let you in by a proof that is too old. Sign in again and prove who you are anew.',
  ],
  [
    'ProofUntimed',
    'The sign-in service does not say when you proved who you are, which this portal asks for. Tell your IT service desk.',
  ],
  [
    'ProofTooWeak',
    'The sign-in service let you in by less than this portal asks for. Sign in again with a second factor; if it stays, tell your IT service desk.',
  ],
  ['RateLimited', 'Too many sign-ins from your address. Wait a minute, then try again.'],
])

export function saySignInError(error: string): string {
  return (
    SIGN_IN_WORDS.get(error) ??
    'Signing in did not work. Try again; if it stays, tell an administrator of the portal.'
  )
}

/** `one archive`, `3 archives` */
export function count(number: number, one: string, many = `${one}s`): string {
  return number === 1 ? `one ${one}` : `${new Intl.NumberFormat('en').format(number)} ${many}`
}
