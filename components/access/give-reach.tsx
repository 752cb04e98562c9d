'use client'

import { Group, NativeSelect, TextInput } from '@mantine/core'
import type { Givable } from '../../lib/access/giving/list-givable.ts'
import type { ScopeKind } from '../../lib/access/grant-scope.ts'
import type { FieldProps } from './give-fields.tsx'

const SCOPE_WORDS: Readonly<Record<ScopeKind, string>> = {
  project: 'A project',
  session: 'One session',
  archive: 'One recording',
  region: 'All projects of a region',
  unit: 'All projects of a unit',
}

/** How far it reaches. Regions and units are for those who manage all projects. */
export function Reach({ fields, set, faultOf, givable }: FieldProps & { givable: Givable }) {
  const { scope, project, region, unit, recording, notOlderThanDays } = fields
  const names = givable.projects.map(({ name }) => name)
  const regions = distinct(givable.projects.map((each) => each.region))
  const units = distinct(givable.projects.map((each) => each.unit))
  const kinds: readonly ScopeKind[] = [
    ...(['project', 'session', 'archive'] as const),
    ...(givable.isWide && regions.length > 0 ? (['region'] as const) : []),
    ...(givable.isWide && units.length > 0 ? (['unit'] as const) : []),
  ]
  const choice = { required: true, flex: 1, miw: 200 }
  return (
    <>
      <Group gap="xs" align="flex-start">
        <NativeSelect
          label="Reaches"
          w={200}
          value={scope}
          onChange={({ currentTarget: { value } }) =>
            set({ scope: kinds.find((kind) => kind === value) ?? 'project' })
          }
          data={kinds.map((value) => ({ value, label: SCOPE_WORDS[value] }))}
        />
        {scope === 'project' && (
          <NativeSelect
            {...choice}
            name="project"
            label="Project"
            value={project}
            onChange={({ currentTarget }) => set({ project: currentTarget.value })}
            data={toChoices(names)}
            error={faultOf('project')}
          />
        )}
        {scope === 'region' && (
          <NativeSelect
            {...choice}
            name="region"
            label="Region"
            value={region}
            onChange={({ currentTarget }) => set({ region: currentTarget.value })}
            data={toChoices(regions)}
            error={faultOf('region')}
          />
        )}
        {scope === 'unit' && (
          <NativeSelect
            {...choice}
            name="unit"
            label="Unit"
            value={unit}
            onChange={({ currentTarget }) => set({ unit: currentTarget.value })}
            data={toChoices(units)}
            error={faultOf('unit')}
          />
        )}
        {(scope === 'session' || scope === 'archive') && (
          <TextInput
            {...choice}
            name="recording"
            label={scope === 'session' ? 'Session ID' : 'Archive ID'}
            autoComplete="off"
            spellCheck={false}
            value={recording}
            onChange={({ currentTarget }) => set({ recording: currentTarget.value })}
            error={faultOf('recording')}
          />
        )}
      </Group>
      {scope !== 'archive' && (
        <TextInput
          name="notOlderThanDays"
          label="Not older than, in days"
          placeholder="any age"
          inputMode="numeric"
          w={200}
          value={notOlderThanDays}
          onChange={({ currentTarget }) => set({ notOlderThanDays: currentTarget.value })}
          error={faultOf('notOlderThanDays')}
        />
      )}
    </>
  )
}

const toChoices = (names: readonly string[]) => [
  { value: '', label: 'Choose…', disabled: true },
  ...names.map((name) => ({ value: name, label: name })),
]

function distinct(texts: readonly (string | null)[]): string[] {
  return [...new Set(texts.filter((text) => text !== null))].sort()
}
