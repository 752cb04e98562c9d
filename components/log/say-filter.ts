import { ACTION_WORDS, ROLE_WORDS } from '../words.ts'
import { isAction } from './actions.ts'
import type { LogAddress, LogField } from './log-links.ts'

/** One thing the log is filtered by: what kind of thing, and which. Times are said by the clock of whoever reads. */
export type SaidFilter = {
  readonly field: Exclude<LogField, 'from' | 'to' | 'zone'>
  readonly what: string
  readonly which: string
}

type Say = (text: string) => Omit<SaidFilter, 'field'>

const as =
  (what: string): Say =>
  (which) => ({ what, which })

const SAYINGS: Readonly<Record<SaidFilter['field'], Say>> = {
  session: as('session or archive'),
  archive: as('archive'),
  viewing: as('viewing'),
  person: as('person'),
  role: (role) => ({ what: 'as', which: isRole(role) ? ROLE_WORDS[role].toLowerCase() : role }),
  action: (action) => ({ what: 'action', which: isAction(action) ? ACTION_WORDS[action] : action }),
  outcome: as('outcome'),
  reason: as('reason'),
  case: as('case'),
  project: as('project'),
  address: as('address'),
}

/** What the log is filtered by, in words; `personName` is whose subject the filter names, where that is known. */
export function sayFilter(address: LogAddress, personName: string | null): SaidFilter[] {
  return Object.entries(SAYINGS).flatMap(([name, say]) => {
    const field = parseField(name)
    const text = address[field]?.trim() ?? ''
    if (text === '') return []
    const said = say(text)
    return [{ field, ...said, which: field === 'person' ? (personName ?? text) : said.which }]
  })
}

const parseField = (name: string): SaidFilter['field'] => name as SaidFilter['field']
const isRole = (text: string): text is keyof typeof ROLE_WORDS => Object.hasOwn(ROLE_WORDS, text)
