'use client'

import { Button, CloseButton, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { SavedFilter } from '../../lib/audit/aids/saved-filters.ts'
import { useChange } from '../access/use-change.ts'
import { TextLink } from '../frame/link.tsx'
import { Refused } from '../frame/refused.tsx'
import { withQuery } from '../query.ts'
import type { LogAddress } from './log-links.ts'
import classes from './saved-filters.module.css'

type Props = {
  readonly saved: readonly SavedFilter[]
  /** The filter of the page, to be saved; null where there is none. */
  readonly filter: LogAddress | null
}

/** Filters that the reader saved under a name, and a way to save the one that is shown. */
export function SavedFilters({ saved, filter }: Props) {
  const { isSending, problem, send } = useChange()
  const remove = ({ filterId, name }: SavedFilter): void => {
    const address = `/audit/filters/${filterId}`
    void send({ address, method: 'DELETE', said: `Removed the filter “${name}”.` })
  }
  if (saved.length === 0 && filter === null) return null
  return (
    <details className={classes.saved}>
      <summary>Saved filters{saved.length > 0 && ` (${saved.length})`}</summary>
      {saved.length > 0 && (
        <ul aria-label="Saved filters">
          {saved.map((each) => (
            <li key={each.filterId}>
              <TextLink href={withQuery('/audit', each.parameters)} size="sm" className="breakable reachable">
                {each.name}
              </TextLink>
              <CloseButton
                size="sm"
                iconSize={13}
                disabled={isSending}
                aria-label={`Remove the filter ${each.name}`}
                onClick={() => remove(each)}
              />
            </li>
          ))}
        </ul>
      )}
      {filter !== null && <SaveForm filter={filter} isSending={isSending} onSave={send} />}
      {problem !== null && <Refused problem={problem} />}
    </details>
  )
}

type SaveProps = {
  readonly filter: LogAddress
  readonly isSending: boolean
  readonly onSave: ReturnType<typeof useChange>['send']
}

function SaveForm({ filter, isSending, onSave }: SaveProps) {
  const [name, setName] = useState('')
  const save = async (): Promise<void> => {
    const said = `Saved the filter “${name.trim()}”.`
    const json = { name, parameters: filter }
    if (await onSave({ address: '/audit/filters', method: 'POST', json, said })) setName('')
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '') void save()
      }}
    >
      <TextInput
        label="Save what is shown as"
        size="xs"
        value={name}
        maxLength={80}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
      />
      <Button type="submit" size="xs" variant="default" loading={isSending} disabled={name.trim() === ''}>
        Save
      </Button>
    </form>
  )
}
