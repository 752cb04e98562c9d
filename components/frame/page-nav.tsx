import Link from 'next/link'
import classes from './page-nav.module.css'

type Props<Path extends string> = {
  /** What the pages are of, for those who hear it. */
  readonly label: string
  readonly pages: readonly (readonly [path: Path, label: string])[]
  /** The one that is shown, or that it belongs to. */
  readonly here: Path
}

/** Leads between the pages of one section. */
export function PageNav<Path extends string>({ label, pages, here }: Props<Path>) {
  return (
    <nav className={classes.nav} aria-label={label}>
      {pages.map(([path, name]) => (
        <Link key={path} href={path} prefetch={false} aria-current={path === here ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  )
}
