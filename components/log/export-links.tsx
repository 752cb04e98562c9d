'use client'

import { FileButton, TextLink } from '../frame/link.tsx'
import { useZone } from '../frame/zone.tsx'
import { withQuery } from '../query.ts'
import classes from './export-links.module.css'
import { EXPORTS, exportParameters } from './export-parameters.ts'
import type { Asked } from './log-fields.tsx'
import { filterOf } from './log-links.ts'

/** What is on the page, as files: all of its pages, windows included. */
export function ExportLinks({ asked }: { asked: Asked }) {
  const { zone } = useZone()
  const parameters = exportParameters(asked, zone)
  return (
    <details className={classes.menu}>
      <summary>Export</summary>
      <ul>
        {EXPORTS.map(({ name, what, ...form }) => (
          <li key={name}>
            <FileButton href={withQuery('/audit/export', { ...form, ...parameters })}>{name}</FileButton>
            <span>{what}</span>
          </li>
        ))}
      </ul>
      <p>
        All that is shown here, on every page of it, and the windows under it. That you take it is on record.{' '}
        <TextLink href={withQuery('/audit/files', filterOf(asked.address))} size="xs" underline="always">
          More than 50,000 lines are better made in the background
        </TextLink>
      </p>
    </details>
  )
}
