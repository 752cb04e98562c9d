'use client'

import type { ReactNode } from 'react'
import type { ProjectDay } from '../../lib/audit/aids/summarise-day.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { TextLink } from '../frame/link.tsx'
import { withQuery } from '../query.ts'
import { count } from '../words.ts'
import { sayHours } from './say-hours.ts'

const COLUMNS: readonly Column<ProjectDay>[] = [
  {
    id: 'project',
    header: 'Project',
    lead: true,
    cell: ({ project, officeHours, refusals }) => (
      <div>
        <TextLink
          href={withQuery('/audit', { ...refusals.parameters, outcome: null })}
          size="sm"
          className="breakable"
        >
          {project}
        </TextLink>
        <Dim>office hours {sayHours(officeHours)}</Dim>
      </div>
    ),
  },
  {
    id: 'refusals',
    header: 'Refusals',
    cell: ({ project, refusals }) => (
      <Figure
        number={refusals.count}
        href={withQuery('/audit', refusals.parameters)}
        label={`${count(refusals.count, 'refusal')}: ${project}`}
      />
    ),
  },
  { id: 'plays', header: 'Plays, downloads', cell: ({ plays }) => <Figure number={plays} /> },
  {
    id: 'outside',
    header: 'Outside office hours',
    cell: ({ outsideHours }) => <Figure number={outsideHours} />,
  },
  { id: 'case', header: 'Without a case', cell: ({ withoutCase }) => <Figure number={withoutCase} /> },
  { id: 'bulk', header: 'Very many by one person', cell: ({ bulk }) => <Bulk bulk={bulk} /> },
]

/** A line a project: what was refused, and which plays and downloads stand out. */
export function DayTable({ projects }: { projects: readonly ProjectDay[] }) {
  return (
    <DataTable
      label="What stood out"
      columns={COLUMNS}
      rows={projects}
      rowId={({ projectId }) => projectId}
    />
  )
}

type FigureProps = { readonly number: number; readonly href?: string; readonly label?: string }

function Figure({ number, href, label }: FigureProps): ReactNode {
  const said = new Intl.NumberFormat('en').format(number)
  if (href === undefined || number === 0) return <span className="tabular">{said}</span>
  return (
    <TextLink href={href} size="sm" className="tabular reachable" aria-label={label ?? said}>
      {said}
    </TextLink>
  )
}

function Bulk({ bulk }: { bulk: ProjectDay['bulk'] }) {
  if (bulk.length === 0) return 'nobody'
  return (
    <div>
      {bulk.map(({ subject, name, email, recordings, parameters }) => (
        <div key={subject}>
          <TextLink href={withQuery('/audit', parameters)} size="sm" className="breakable reachable">
            {name ?? email ?? subject}
          </TextLink>
          <Dim>{count(recordings, 'recording')}</Dim>
        </div>
      ))}
    </div>
  )
}
