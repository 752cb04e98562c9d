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
}

/** What is shown, in words, each with a way to lift it. */
export function FilterWords({ asked: { address, from, to }, personName }: Props) {
  const said = sayFilter(address, personName)
  if (said.length === 0 && from === null && to === null) return null
  return (
    <div className={classes.words}>
      <span id="filtered">Only</span>
      <ul aria-labelledby="filtered">
        {said.map(({ field, what, which }) => (
          <Part key={field} address={address} field={field} what={what}>
            {which}
          </Part>
        ))}
        {from !== null && (
          <Part address={address} field="from" what="from">
            <Moment at={from} />
          </Part>
        )}
        {to !== null && (
          <Part address={address} field="to" what="before">
            <Moment at={to} />
          </Part>
        )}
      </ul>
      <TextLink href="/audit" size="xs" className="reachable">
        Show all
      </TextLink>
    </div>
  )
}

type PartProps = {
  readonly address: LogAddress
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
      <Link href={filterPath(address, { [field]: null })} prefetch={false} className={classes.lift}>
        <IconX size={13} aria-hidden />
        <span className="visually-hidden">Lift the filter by {NAMES[field] ?? what}</span>
      </Link>
    </li>
  )
}

const NAMES: Partial<Record<LogField, string>> = { role: 'role', from: 'beginning', to: 'end' }
