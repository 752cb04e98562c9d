'use client'

import { IconX } from '@tabler/icons-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { TextLink } from '../frame/link.tsx'
import { Moment } from '../frame/moment.tsx'
import classes from './filter-words.module.css'
import type { Asked } from './log-fields.tsx'
import { filterPath, type LogAddress, type LogField } from './log-links.ts'
import { sayFilter } from './say-filter.ts'

type Props = {
  readonly asked: Asked
  /** Whose subject the filter names, where that is known. */
  readonly personName: string | null
  /** Where it is only said, and nothing can be lifted. */
  readonly isFixed?: boolean
}

/** What is shown, in words, each with a way to lift it. */
export function FilterWords({ asked: { address, from, to }, personName, isFixed = false }: Props) {
  const said = sayFilter(address, personName)
  if (said.length === 0 && from === null && to === null) return isFixed ? 'The whole log' : null
  return (
    <div className={classes.words}>
      <span id="filtered">Only</span>
      <ul aria-labelledby="filtered">
        {said.map(({ field, what, which }) => (
          <Part key={field} address={isFixed ? null : address} field={field} what={what}>
            {which}
          </Part>
        ))}
        {from !== null && (
          <Part address={isFixed ? null : address} field="from" what="from">
            <Moment at={from} />
          </Part>
        )}
        {to !== null && (
          <Part address={isFixed ? null : address} field="to" what="before">
            <Moment at={to} />
          </Part>
        )}
      </ul>
      {!isFixed && (
        <TextLink href="/audit" size="xs" className="reachable">
          Show all
        </TextLink>
      )}
    </div>
  )
}

type PartProps = {
  /** Null where it cannot be lifted. */
  readonly address: LogAddress | null
  readonly field: LogField
  readonly what: string
  readonly children: ReactNode
}

function Part({ address, field, what, children }: PartProps) {
  return (
    <li className={classes.part}>
      <span className="breakable">
        <span className={classes.what}>{what}</span> {children}
      </span>
      {address !== null && (
        <Link href={filterPath(address, { [field]: null })} prefetch={false} className={classes.lift}>
          <IconX size={13} aria-hidden />
          <span className="visually-hidden">Lift the filter by {NAMES[field] ?? what}</span>
        </Link>
      )}
    </li>
  )
}

const NAMES: Partial<Record<LogField, string>> = { role: 'role', from: 'beginning', to: 'end' }
