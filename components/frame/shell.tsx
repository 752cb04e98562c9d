import type { ReactNode } from 'react'
import { AppFrame, type Section } from './app-frame.tsx'
import type { Reader } from './reader.ts'

type Props = {
  readonly reader: Reader
  readonly section: Section | null
  /** Off where the page has the same box itself. */
  readonly search?: boolean
  readonly children: ReactNode
}

/** The frame of every page for somebody signed in. Of whoever is handed in, only what is shown goes to the browser. */
export function Shell({ reader: { name, email, roles }, section, search = true, children }: Props) {
  return (
    <AppFrame reader={{ name, email, roles }} section={section} search={search}>
      {children}
    </AppFrame>
  )
}
