'use client'

import { NativeSelect, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { WordDialog } from '../access/word-dialog.tsx'
import { REASON_STAYS } from './reason-hint.ts'

const ALL = ''

type Props = {
  readonly projects: readonly string[]
  /** Whether it may be of a case in all projects. */
  readonly isForAll: boolean
  readonly onClose: () => void
}

/** Puts a project's part of the log, or a case's, on hold. Mounted while it is filled in. */
export function RetentionHoldDialog({ projects, isForAll, onClose }: Props) {
  const [project, setProject] = useState(isForAll ? ALL : (projects[0] ?? ALL))
  const [reference, setReference] = useState('')
  const caseReference = reference.trim()
  return (
    <WordDialog
      title="Place a hold"
      label="Why"
      shortest={10}
      hint={REASON_STAYS}
      confirm="Place"
      change={(reason) => ({
        address: '/audit/holds',
        method: 'POST',
        json: {
          ...(project !== ALL && { project }),
          ...(caseReference !== '' && { caseReference }),
          reason,
        },
        said: 'A hold was placed.',
      })}
      onClose={onClose}
    >
      <Stack gap="sm">
        <NativeSelect
          label="Project"
          value={project}
          onChange={({ currentTarget }) => setProject(currentTarget.value)}
          data={[
            ...(isForAll ? [{ value: ALL, label: 'All projects: name a case' }] : []),
            ...projects.map((name) => ({ value: name, label: name })),
          ]}
        />
        <TextInput
          label="Case"
          description="Its reference, as it was entered when recordings were opened; it names nobody. Where personal values have gone, it is found no more. Empty: all of the project."
          autoComplete="off"
          maxLength={200}
          value={reference}
          onChange={({ currentTarget }) => setReference(currentTarget.value)}
        />
      </Stack>
    </WordDialog>
  )
}
