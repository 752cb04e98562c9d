import type { ArchiveView } from '../../lib/archives/archive-row.ts'
import type { SessionView } from '../../lib/archives/session-view.ts'
import type { Offer } from '../access/asking-for.ts'

/** What may be asked for from the page of a session, the narrowest first. Access to a project opens nothing restricted. */
export function offersOf(
  { sessionId, project }: Pick<SessionView, 'sessionId' | 'project'>,
  { archiveId, restricted }: Pick<ArchiveView, 'archiveId' | 'restricted'>,
  place: string | null,
): Offer[] {
  const offers: Offer[] = [
    { wanted: { kind: 'archive', archiveId }, label: place ?? 'This recording' },
    { wanted: { kind: 'session', sessionId }, label: 'Every recording of this session' },
    { wanted: { kind: 'project', project: project.name }, label: `Every recording of ${project.name}` },
  ]
  return restricted ? offers.slice(0, 2) : offers
}
