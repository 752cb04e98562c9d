import { MAX_SESSION_ID_LENGTH, parseSessionId, type SessionIdHint } from './session-id.ts'

/** What was found in pasted text, in its order, each once. */
export type RecognisedId =
  | { readonly kind: 'session-id'; readonly sessionId: string; readonly hint: SessionIdHint }
  | { readonly kind: 'archive-id'; readonly archiveId: string }

export type Recognised = {
  readonly ids: readonly RecognisedId[]
  /** How many more there were than are taken at once. */
  readonly passedOverCount: number
  /** What was in the box besides, without what cannot be seen; empty when nothing was. */
  readonly rest: string
  /** What the rest seems to be, as a sentence; null when nothing is left. */
  readonly restSentence: string | null
}

export const MAX_IDS = 100
const MAX_TEXT = 100_000

/** An ID within text: not glued to letters before it, and everything that could belong to it. */
const IDS =
  /(?<![A-Za-z0-9])(?:(?<session>[12]_[A-Za-z0-9_~-]{8,}={0,2})|(?<archive>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![A-Za-z0-9_-])))/gi

/**
 * Finds session IDs and archive IDs in whatever was pasted: quotes, commas, line breaks, a whole address, a mail, HTML.
 * Characters that cannot be seen (NUL, marks of direction, zero-width ones) are dropped first, also within an ID.
 */
export function recogniseIds(text: string): Recognised {
  const visible = dropInvisible(text.slice(0, MAX_TEXT))
  const found = new Map<string, RecognisedId>()
  const rest = visible.replace(IDS, (match, session?: string, archive?: string) => {
    const id = session === undefined ? readArchiveId(archive) : readSessionId(session)
    if (id === null) return match
    found.set(id.kind === 'session-id' ? id.sessionId : id.archiveId, id)
    return ' '
  })
  const ids = [...found.values()]
  const left = tidy(rest, ids.length > 0)
  return {
    ids: ids.slice(0, MAX_IDS),
    passedOverCount: Math.max(0, ids.length - MAX_IDS),
    rest: left,
    restSentence: left === '' ? null : describeRest(left, ids.length > 0),
  }
}

/** Without control and format characters; white space stays, as a plain space. */
export function dropInvisible(text: string): string {
  return text
    .toWellFormed()
    .replace(/\s/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, '')
}

function readSessionId(text: string): RecognisedId | null {
  const hint = parseSessionId(text)
  return hint === null ? null : { kind: 'session-id', sessionId: text, hint }
}

function readArchiveId(text: string | undefined): RecognisedId | null {
  return text === undefined ? null : { kind: 'archive-id', archiveId: text.toLowerCase() }
}

/** Beside an ID, quotes and punctuation are not worth a word. */
function tidy(rest: string, besideIds: boolean): string {
  const text = rest.replace(/\s+/g, ' ').trim()
  return besideIds && !/[\p{L}\p{N}]/u.test(text) ? '' : text
}

function describeRest(rest: string, besideIds: boolean): string {
  const count = `${new Intl.NumberFormat('en').format(rest.length)} character${rest.length === 1 ? '' : 's'}`
  if (besideIds) return `The rest (${count}) was passed over: there is no session ID in it.`
  if (/^T1==/.test(rest))
    return 'This looks like a token of a call, which is a secret, and not like a session ID.'
  if (/^eyJ/.test(rest))
    return 'This looks like a signed token, which is a secret, and not like a session ID.'
  if (/^\d{6,12}$/.test(rest))
    return 'A number alone looks like an API key; a session ID begins with 1_ or 2_.'
  if (/^[0-9a-f]{4,}[0-9a-f-]*$/i.test(rest) && rest.length < 36 && rest.includes('-')) {
    return `This looks like an archive ID that is cut off: ${count} of 36.`
  }
  if (/^[12]_/.test(rest) && rest.length > MAX_SESSION_ID_LENGTH) {
    return `This begins like a session ID but has ${count}; a session ID has fewer than ${MAX_SESSION_ID_LENGTH + 1}.`
  }
  if (/^[12]_/.test(rest))
    return `This begins like a session ID and is cut off after ${count}. Copy it whole.`
  return `There is no session ID in this (${count}). One begins with 1_ or 2_ and has some 70 characters.`
}
