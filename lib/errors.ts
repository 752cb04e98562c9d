/**
 * The closed list of what can go wrong, each with the status it answers (RFC 9457) and one sentence of meaning.
 * A code is a promise to other programs: add, never rename.
 */
export const ERROR_CODES = {
  // asking
  'request-invalid': [400, 'The request is not of the form this address takes.'],
  'request-too-large': [413, 'The request is larger than this address takes.'],
  'address-too-long': [414, 'The address is longer than this server reads.'],
  'rate-limited': [429, 'Too many at once; wait, then try again.'],
  'reason-invalid': [
    422,
    'A reason of 10 to 2,000 characters, and one of the project’s reason codes, is needed.',
  ],
  'case-required': [422, 'This reason needs a case reference.'],
  'range-not-satisfiable': [416, 'The range asked for lies outside the recording.'],
  'method-not-allowed': [405, 'This address does not answer that method.'],
  'origin-refused': [403, 'Changes are taken from this site’s own pages only.'],
  // who and what
  'sign-in-required': [401, 'Nobody is signed in, or the sign-in has ended.'],
  'sign-in-expired': [401, 'The sign-in has ended.'],
  'step-up-required': [401, 'The sign-in is too old for this; prove again who you are.'],
  'token-refused': [401, 'This token is unknown or counts no more.'],
  forbidden: [403, 'Not found or not yours.'],
  'not-found': [404, 'There is nothing at this address.'],
  'session-unknown': [404, 'No archive of this session is known.'],
  'viewing-closed': [410, 'This viewing has ended.'],
  'log-unsealed': [
    503,
    'What was asked for of the log is not sealed yet, so that nothing could be proven of it.',
  ],
  'log-slow': [503, 'Looking through the log for this takes longer than is waited for.'],
  'log-busy': [503, 'Others are looking through the log.'],
  'export-unready': [409, 'This export is being made, or was cancelled, has failed or has expired.'],
  // giving and taking access
  'own-access': [403, 'Nobody gives or approves access for themselves.'],
  'grant-invalid': [422, 'This grant cannot be given as it is.'],
  'scope-unknown': [422, 'There is nothing known that this would reach.'],
  'person-invalid': [422, 'Whom this is for is not said in a way that can be taken.'],
  'roles-apart': [409, 'An auditor holds no other role.'],
  'last-holder': [409, 'Somebody must remain who holds this role.'],
  'already-decided': [409, 'This was decided already, or has lapsed.'],
  'changed-meanwhile': [409, 'This is no longer as it was shown: somebody has changed it since.'],
  'webhook-invalid': [422, 'This webhook cannot be added as it is.'],
  'token-invalid': [422, 'This token cannot be made as it is.'],
  'change-unfit': [409, 'The project is no longer as it was when this change was proposed.'],
  'log-kept': [409, 'What the log holds there is on hold, or is not there any more.'],
  // the archive, before anything plays
  'archive-restricted': [403, 'The recording is restricted and opened only by a grant that names it.'],
  'archive-recording': [409, 'The call is still being recorded.'],
  'archive-paused': [409, 'The recording is paused; nobody is publishing at the moment.'],
  'archive-uploading': [409, 'The recording has stopped and is still being uploaded.'],
  'archive-failed': [409, 'The recorder could not make this recording.'],
  'archive-expired': [410, 'The recorder’s copy has expired after 72 hours.'],
  'archive-deleted': [410, 'The archive was deleted at the recorder.'],
  'archive-status-unknown': [409, 'The recorder reports a status this version does not know.'],
  'archive-individual': [409, 'An archive of individual streams cannot be played.'],
  'archive-missing': [404, 'The file is gone from storage.'],
  'archive-empty': [409, 'The file in storage has no bytes.'],
  'archive-cut': [409, 'The file in storage is shorter than what was recorded.'],
  'archive-changed': [409, 'The file in storage is not the one first seen.'],
  'archive-undecryptable': [
    409,
    'The file cannot be decrypted: what comes out is neither a transport stream nor an MP4.',
  ],
  'archive-container-unknown': [409, 'The file is neither a transport stream nor an MP4.'],
  'archive-cold': [409, 'The file is in a cold storage tier and must be restored first.'],
  'password-missing': [409, 'The file is encrypted and its wrapped password is not known.'],
  'password-malformed': [409, 'The archive’s wrapped password is malformed.'],
  'key-not-found': [409, 'None of the project’s keys opens this archive.'],
  'key-provider-down': [503, 'The place the private key is kept in does not answer.'],
  // the outside world
  'storage-none': [409, 'The project has no storage target that could hold this file.'],
  'storage-forbidden': [502, 'The store refuses the portal’s credentials.'],
  'storage-unavailable': [502, 'The store does not answer.'],
  'storage-misbehaved': [502, 'The store answered something that was not asked for.'],
  'recorder-forbidden': [502, 'The recorder refuses the project’s credentials.'],
  'recorder-clock-skew': [502, 'The recorder refuses the portal’s clock.'],
  'recorder-unavailable': [502, 'The recorder does not answer.'],
  'recorder-misbehaved': [502, 'The recorder answered something that could not be read.'],
  'address-refused': [502, 'The address leads inside the network and is not on the list of those allowed.'],
  'anchor-conflict': [409, 'The anchor holds something else than this log would have put there.'],
  'time-stamp-invalid': [502, 'The time-stamping authority’s answer is no stamp of what was sent to it.'],
  // ourselves
  'audit-unavailable': [503, 'The log cannot be written, so nothing is served.'],
  internal: [500, 'Something went wrong on the server.'],
} as const satisfies Record<string, readonly [status: number, meaning: string]>

export type ErrorCode = keyof typeof ERROR_CODES

export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(ERROR_CODES, text)
}

/**
 * The one error the product throws on purpose. `detail` is one sentence for a person: what happened and what to do
 * next; it never holds a secret, a key or a media URL. `facts` go to the server's own log only.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly detail: string
  readonly facts: Record<string, unknown>
  /** The framework hands an error page nothing of an error but this. */
  readonly digest: ErrorCode

  constructor(
    code: ErrorCode,
    detail?: string,
    options: { cause?: unknown; facts?: Record<string, unknown> } = {},
  ) {
    super(
      `${code}: ${detail ?? ERROR_CODES[code][1]}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.name = 'AppError'
    this.code = code
    this.status = ERROR_CODES[code][0]
    this.detail = detail ?? ERROR_CODES[code][1]
    this.facts = options.facts ?? {}
    this.digest = code
  }
}

/** Told by name, not by `instanceof`: the framework may load this module once per bundle. */
export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return (
    error instanceof Error &&
    error.name === 'AppError' &&
    (code === undefined || ('code' in error && error.code === code))
  )
}
