import type { NoticeAbout, NoticeKind } from './notice-kind.ts'

type Told = {
  readonly kind: NoticeKind
  readonly about: NoticeAbout
  /** Whether it is about a grant that whoever is told gave to somebody else. */
  readonly isGiver: boolean
  /** Whether whoever is told reads the log, and so does nothing else. */
  readonly isAuditor: boolean
}

/** The page where whoever is told finds what it is about. */
export function noticePath({ kind, about, isGiver, isAuditor }: Told): string {
  if (kind === 'request.made' || kind === 'grant.awaiting') return '/access/inbox'
  if (kind.startsWith('change.') || kind === 'drop.announced')
    return isAuditor ? '/audit/retention' : '/projects'
  if (!isGiver) return '/access'
  return kind === 'grant.ending' ? '/access/review' : givenPath(about)
}

/** Where a grant that somebody gave stands, also when it is over: with its holder, else with what it reaches. */
function givenPath({ holderId = null, project = null }: NoticeAbout): string {
  if (holderId !== null) return `/access/people/${encodeURIComponent(holderId)}`
  return project === null ? '/access/who' : `/access/who?${new URLSearchParams({ of: project })}`
}
