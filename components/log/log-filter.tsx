'use client'

import { Button } from '@mantine/core'
import { useRouter } from 'next/navigation'
import { useTransition } from 'react'
import type { Filterable } from '../../lib/audit/aids/list-filterable.ts'
import { SlashKey } from '../frame/search-box.tsx'
import { SEARCH_BOX_ID } from '../frame/search-box-id.ts'
import { useZone } from '../frame/zone.tsx'
import { withQuery } from '../query.ts'
import { ACTION_WORDS, ROLE_WORDS } from '../words.ts'
import { ACTIONS } from './actions.ts'
import { type Asked, ChoiceField, TextField, TimeField } from './log-fields.tsx'
import classes from './log-filter.module.css'
import { LogSpans } from './log-spans.tsx'

type Props = { readonly asked: Asked; readonly filterable: Filterable; readonly now: Date }

const MORE = ['outcome', 'project', 'case', 'reason', 'role', 'address'] as const
const ACTION_CHOICES = ACTIONS.map((value) => ({ value, label: ACTION_WORDS[value] }))
const ROLE_CHOICES = Object.entries(ROLE_WORDS).map(([value, label]) => ({ value, label }))
const OUTCOME_CHOICES = ['allowed', 'refused', 'failed'].map((value) => ({ value, label: value }))

/** The filter stands in the address: going back works, a link says what it shows, and no script is needed. */
export function LogFilter({ asked, filterable, now }: Props) {
  const { address, faults } = asked
  const router = useRouter()
  const [isPending, startTransition] = useTransition()
  const { zone } = useZone()
  const reasons = filterable.reasons.map(({ code, label }) => ({ value: code, label: `${label} (${code})` }))
  const projects = filterable.projects.map((name) => ({ value: name, label: name }))
  return (
    <search>
      <SlashKey />
      <form
        action="/audit"
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault()
          const path = pathOf(event.currentTarget)
          startTransition(() => router.push(path))
        }}
      >
        <div className={classes.fields}>
          <TextField
            asked={inOneField(asked)}
            name="session"
            id={SEARCH_BOX_ID}
            className={classes.wide}
            label="Session or archive ID"
          />
          <TextField asked={asked} name="person" label="Person" placeholder="Mail, name or subject" />
          <ChoiceField asked={asked} name="action" label="Action" choices={ACTION_CHOICES} />
          <TimeField asked={asked} name="from" label="From" />
          <TimeField asked={asked} name="to" label="Until" />
        </div>
        <details
          className={classes.more}
          open={MORE.some((name) => address[name] !== undefined || faults.fields[name] !== undefined)}
        >
          <summary>More filters</summary>
          <div className={classes.fields}>
            <ChoiceField asked={asked} name="outcome" label="Outcome" choices={OUTCOME_CHOICES} />
            <ChoiceField asked={asked} name="project" label="Project" choices={projects} />
            <TextField asked={asked} name="case" label="Case" placeholder="Its whole reference" />
            <ChoiceField asked={asked} name="reason" label="Reason" choices={reasons} />
            <ChoiceField asked={asked} name="role" label="In the role of" choices={ROLE_CHOICES} />
            <TextField asked={asked} name="address" label="IP address" />
          </div>
        </details>
        {/* In which the times are meant. */}
        <input type="hidden" name="zone" value={zone} />
        {address.viewing !== undefined && <input type="hidden" name="viewing" value={address.viewing} />}
        {address.session !== undefined && address.archive !== undefined && (
          <input type="hidden" name="archive" value={address.archive} />
        )}
        <div className={classes.acts}>
          <Button type="submit" size="xs" loading={isPending}>
            Show
          </Button>
          <LogSpans address={address} now={now} />
        </div>
      </form>
    </search>
  )
}

/** The field for a session takes an archive too. */
function inOneField(asked: Asked): Asked {
  const { address, faults } = asked
  if (address.session !== undefined || address.archive === undefined) return asked
  const { archive: fault = '' } = faults.fields
  const fields = fault === '' ? faults.fields : { ...faults.fields, session: fault }
  return { ...asked, address: { ...address, session: address.archive }, faults: { ...faults, fields } }
}

/** The form as an address, without what was left empty. */
function pathOf(form: HTMLFormElement): string {
  const given = new Map<string, string>()
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') given.set(name, value.trim())
  const isTimed = given.get('from') !== '' || given.get('to') !== ''
  if (!isTimed) given.delete('zone')
  return withQuery('/audit', Object.fromEntries(given))
}
