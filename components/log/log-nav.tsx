import { PageNav } from '../frame/page-nav.tsx'

const PAGES = [
  ['/audit', 'Log'],
  ['/audit/days', 'Days'],
  ['/audit/files', 'Exports'],
  ['/audit/retention', 'Retention'],
  ['/audit/out', 'Other programs'],
] as const

export type LogPath = (typeof PAGES)[number][0]

/** Leads between the pages of the log; `here` is the one that is shown, or that it belongs to. */
export function LogNav({ here }: { here: LogPath }) {
  return <PageNav label="Log" pages={PAGES} here={here} />
}
