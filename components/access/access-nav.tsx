import Link from 'next/link'
import classes from './access-nav.module.css'

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
  return (
    <nav className={classes.nav} aria-label="Access">
      {PAGES.map(([path, label]) => (
        <Link key={path} href={path} prefetch={false} aria-current={path === here ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  )
}
