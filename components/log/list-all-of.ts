import type { LoggedEvent } from '../../lib/audit/logged-event.ts'
import { isErased } from './is-erased.ts'
import type { LogAddress } from './log-links.ts'

/** What an act has in common with others, each a filter of its own. */
export type Common = { readonly name: string; readonly filter: LogAddress }

/** What the whole log can be read for, from one of its lines. */
export function listAllOf(event: LoggedEvent): Common[] {
  const { actorSubject, actorKind, caseReference, sessionId, archiveId, project, viewingId, address } = event
  const commons: readonly (readonly [name: string, field: keyof LogAddress, value: string | null])[] = [
    [actorKind === 'service' ? 'this service' : 'this person', 'person', actorSubject],
    ['this case', 'case', caseReference],
    ['this recording', 'session', archiveId],
    ['this session', 'session', sessionId],
    ['this project', 'project', project],
    ['this viewing', 'viewing', viewingId],
    ['this address', 'address', address],
    ['this action', 'action', event.action],
  ]
  return commons.flatMap(([name, field, value]) =>
    value === null || isErased(value) ? [] : [{ name, filter: { [field]: value } }],
  )
}
