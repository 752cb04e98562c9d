import { PageNav } from '../frame/page-nav.tsx'

const PAGES = [
  ['/access', 'Mine'],
  ['/access/inbox', 'Requests'],
  ['/access/people', 'People'],
  ['/access/who', 'Grants'],
  ['/access/review', 'Review'],
] as const

export type AccessPath = (typeof PAGES)[number][0]

/** Leads between the pages of those who manage access; `here` is the one that is shown, or that it belongs to. */
export function AccessNav({ here }: { here: AccessPath }) {
  return <PageNav label="Access" pages={PAGES} here={here} />
}
