'use client'

import { Checkbox, Group, NativeSelect, Text, TextInput } from '@mantine/core'
import type { ScopeKind } from '../../lib/access/grant-scope.ts'
import type { Givable } from '../../lib/access/list-givable.ts'
import { formatDay, formatMoment } from '../times.ts'
import { SPANS } from './asking-for.ts'
import { type Clock, type FieldName, type GiveFields, longestDays, readTimes } from './give-form.ts'

export type FieldProps = {
  readonly fields: GiveFields
  readonly set: (change: Partial<GiveFields>) => void
  /** What stands against a field, once that is to be said. */
  readonly faultOf: (name: FieldName) => string | null
}

const SCOPE_WORDS: Readonly<Record<ScopeKind, string>> = {
  project: 'A project',
  session: 'One session',
  archive: 'One recording',
  region: 'All projects of a region',
  unit: 'All projects of a unit',
}

/** To whom: a person by mail, or a group of the sign-in service. */
export function Whom({ fields: { holder, email, group }, set, faultOf }: FieldProps) {
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap">
      <NativeSelect
        label="To"
        w={116}
        value={holder}
        onChange={({ currentTarget }) =>
          set({ holder: currentTarget.value === 'group' ? 'group' : 'person' })
        }
        data={[
          { value: 'person', label: 'A person' },
          { value: 'group', label: 'A group' },
        ]}
      />
      {holder === 'person' ? (
        <TextInput
          name="email"
          type="email"
          label="Mail"
          required
          flex={1}
          data-autofocus={email === '' || undefined}
          autoComplete="off"
          spellCheck={false}
          value={email}
          onChange={({ currentTarget }) => set({ email: currentTarget.value })}
          error={faultOf('email')}
        />
      ) : (
        <TextInput
          name="group"
          label="Group"
          description="As the sign-in service names it. Whoever is in it holds the grant."
          required
          flex={1}
          autoComplete="off"
          spellCheck={false}
          value={group}
          onChange={({ currentTarget }) => set({ group: currentTarget.value })}
          error={faultOf('group')}
        />
      )}
    </Group>
  )
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

/** What may be done: finding always, downloading only where it is ticked. */
export function Rights({ fields: { plays, downloads }, set }: FieldProps) {
  return (
    <Checkbox.Group
      label="Rights"
      value={['find', ...(plays ? ['play'] : []), ...(downloads ? ['download'] : [])]}
    >
      <Group gap="md" mt={4}>
        <Checkbox value="find" label="find" disabled />
        <Checkbox
          value="play"
          label="play"
          onChange={({ currentTarget }) => set({ plays: currentTarget.checked })}
        />
        <Checkbox
          value="download"
          label="download"
          onChange={({ currentTarget }) => set({ downloads: currentTarget.checked })}
        />
      </Group>
    </Checkbox.Group>
  )
}

/** From when until when, in the reader's zone, and what that is exactly. */
export function Times({
  fields,
  set,
  faultOf,
  givable,
  clock,
}: FieldProps & { givable: Givable; clock: Clock }) {
  const { begins, firstDay, span, lastDay } = fields
  const { zone, now } = clock
  const longest = longestDays(fields, givable)
  const { from, until } = readTimes(fields, clock)
  const lengths = [...SPANS.filter(({ days }) => days < longest), { days: longest, label: `${longest} days` }]
  return (
    <>
      <Group gap="xs" align="flex-start">
        <NativeSelect
          label="Begins"
          w={148}
          value={begins}
          onChange={({ currentTarget }) => set({ begins: currentTarget.value === 'day' ? 'day' : 'now' })}
          data={[
            { value: 'now', label: 'Now' },
            { value: 'day', label: 'On a day' },
          ]}
        />
        {begins === 'day' && (
          <TextInput
            type="date"
            name="firstDay"
            label="The first day"
            required
            w={160}
            min={formatDay(now, zone)}
            value={firstDay}
            onChange={({ currentTarget }) => set({ firstDay: currentTarget.value })}
            error={faultOf('firstDay')}
          />
        )}
        <NativeSelect
          name="span"
          label="Lasts"
          w={148}
          value={span}
          onChange={({ currentTarget }) => set({ span: currentTarget.value })}
          data={[
            ...lengths.map(({ days, label }) => ({ value: String(days), label })),
            { value: 'day', label: 'Until a day' },
          ]}
          error={faultOf('span')}
        />
        {span === 'day' && (
          <TextInput
            type="date"
            name="lastDay"
            label="The last day"
            required
            w={160}
            min={formatDay(now, zone)}
            value={lastDay}
            onChange={({ currentTarget }) => set({ lastDay: currentTarget.value })}
            error={faultOf('lastDay')}
          />
        )}
      </Group>
      <Text size="xs" c="dimmed" mt={-6} className="breakable">
        {from !== null && until !== null && (
          <>
            {begins === 'day' && `From ${formatMoment(from, zone)} `}
            {begins === 'day' ? 'until' : 'Until'} {formatMoment(until, zone)}.{' '}
          </>
        )}
        Days are read in {zone}. At most {longest} days
        {fields.scope === 'session' || fields.scope === 'archive' ? ', or less as its project has it' : ''}.
      </Text>
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
