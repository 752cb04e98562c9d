import type { Notice } from './notices.ts'

/** What somebody is told, in a sentence. */
export function sayNotice({ kind, about }: Pick<Notice, 'kind' | 'about'>): string {
  const project = about.project ?? null
  const to = project === null ? '' : ` to ${project}`
  const of = project === null ? 'a project' : project
  switch (kind) {
    case 'request.made':
      return `${about.person ?? 'Somebody'} asks for access${to}.`
    case 'request.approved':
      return `Your request for access${to} was approved.`
    case 'request.refused':
      return `Your request for access${to} was refused.`
    case 'request.lapsed':
      return `A request for access${to} lapsed: nobody decided in time.`
    case 'grant.awaiting':
      return `A grant of access${to} waits for a second administrator.`
    case 'grant.given':
      return `You have access${to} now.`
    case 'grant.refused':
      return `A grant of access${to} was not approved.`
    case 'grant.revoked':
      return `Your access${to} was taken back.`
    case 'grant.ending':
      return `Your access${to} is about to end.`
    case 'change.awaiting':
      return `A change of ${of} waits for a second administrator.`
    case 'change.decided':
      return `A change of ${of} was decided.`
  }
}
