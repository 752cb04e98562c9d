import { dropInvisible, MAX_IDS, type Recognised, type RecognisedId } from '../vonage/recognise-ids.ts'
import { MAX_SESSION_ID_LENGTH } from '../vonage/session-id.ts'
import type { CatalogueRow } from './catalogue-row.ts'
import type { ScopedProject } from './scope.ts'
import type { Understood } from './session-row.ts'

const MAX_SHOWN = 80

export type LookedUp = {
  readonly scope: readonly ScopedProject[]
  /** Everything that was found. */
  readonly rows: readonly CatalogueRow[]
  /** Projects whose recorder could not be asked. */
  readonly unasked: ReadonlySet<string>
}

/** What was made of each thing in the search box, in its order, and whether it was found. */
export function planUnderstood(recognised: Recognised, lookedUp: LookedUp): Understood[] {
  const { ids, passedOverCount, rest, restSentence } = recognised
  const understood = ids.map((id) => understandId(id, lookedUp))
  if (passedOverCount > 0) {
    understood.push(
      notLookedFor(
        `${passedOverCount} more`,
        'unknown',
        `At most ${MAX_IDS} IDs are looked for at once. Search for the others next.`,
      ),
    )
  }
  if (restSentence !== null) {
    const isCut = ids.length === 0 && /^[12]_/.test(rest) && rest.length <= MAX_SESSION_ID_LENGTH
    understood.push(notLookedFor(rest, isCut ? 'session-id-truncated' : 'unknown', restSentence))
  }
  return understood
}

function notLookedFor(text: string, kind: Understood['kind'], sentence: string): Understood {
  return { text: cut(text), kind, sessionId: null, day: null, project: null, found: null, sentence }
}

function understandId(id: RecognisedId, lookedUp: LookedUp): Understood {
  return id.kind === 'session-id' ? understandSession(id, lookedUp) : understandArchive(id, lookedUp)
}

type SessionIdFound = Extract<RecognisedId, { kind: 'session-id' }>

function understandSession({ sessionId, hint }: SessionIdFound, lookedUp: LookedUp): Understood {
  const archives = lookedUp.rows.filter((row) => row.sessionId === sessionId)
  const held = lookedUp.scope.find(({ id }) => id === archives[0]?.projectId)
  const named = lookedUp.scope.find(({ recorderKey }) => recorderKey === hint.apiKey)
  const project = held ?? named ?? null
  const found = archives.length > 0
  const failed = listUnasked({ hint, named }, lookedUp)
  return {
    text: cut(sessionId),
    kind: found || hint.whole ? 'session-id' : 'session-id-truncated',
    sessionId,
    day: hint.createdAt,
    project: project?.name ?? null,
    found: !found && failed.length > 0 ? null : found,
    sentence: found
      ? `${count(archives.length, 'archive')} in ${project?.name}.`
      : sayNotFound({ sessionId, hint }, { named, failed }),
  }
}

/** Those whose recorder should have been asked for a session ID, and could not be. */
function listUnasked(
  { hint, named }: Pick<SessionIdFound, 'hint'> & { readonly named: ScopedProject | undefined },
  { scope, unasked }: LookedUp,
): readonly ScopedProject[] {
  if (!hint.whole) return []
  return (named === undefined ? scope : [named]).filter(({ id }) => unasked.has(id))
}

function sayNotFound(
  { sessionId, hint }: Pick<SessionIdFound, 'sessionId' | 'hint'>,
  { named, failed }: { readonly named: ScopedProject | undefined; readonly failed: readonly ScopedProject[] },
): string {
  if (!hint.whole) {
    return `This begins like a session ID and seems cut off after ${count(sessionId.length, 'character')}. Copy it whole.`
  }
  if (failed.length > 0) return sayUnasked(failed)
  const hints = [named?.name, hint.createdAt === null ? undefined : DAY.format(hint.createdAt)].filter(
    (text) => text !== undefined,
  )
  return hints.length === 0
    ? 'Not found or not yours.'
    : `Not found or not yours. Its ID names ${hints.join(', ')}.`
}

function understandArchive(
  { archiveId }: Extract<RecognisedId, { kind: 'archive-id' }>,
  { scope, rows, unasked }: LookedUp,
): Understood {
  const row = rows.find((each) => each.archiveId === archiveId)
  const failed = scope.filter(({ id }) => unasked.has(id))
  const otherwise = failed.length > 0 ? sayUnasked(failed) : 'Not found or not yours.'
  return {
    text: archiveId,
    kind: 'archive-id',
    sessionId: row?.sessionId ?? null,
    day: null,
    project: scope.find(({ id }) => id === row?.projectId)?.name ?? null,
    found: row === undefined && failed.length > 0 ? null : row !== undefined,
    sentence: `This is an archive ID. ${row === undefined ? otherwise : 'Its session is shown.'}`,
  }
}

function sayUnasked(failed: readonly ScopedProject[]): string {
  const names = failed.map(({ name }) => name)
  return `Not in the catalogue, and the recorder of ${LIST.format(names)} could not be asked just now.`
}

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
const LIST = new Intl.ListFormat('en-GB')

function count(number: number, one: string): string {
  return `${new Intl.NumberFormat('en').format(number)} ${number === 1 ? one : `${one}s`}`
}

function cut(text: string): string {
  const shown = dropInvisible(text)
  return shown.length <= MAX_SHOWN ? shown : `${shown.slice(0, MAX_SHOWN - 1).toWellFormed()}…`
}
