'use client'

import { Group, NativeSelect, Text, TextInput } from '@mantine/core'
import type { Givable } from '../../lib/access/giving/list-givable.ts'
import { formatDay } from '../../lib/zone.ts'
import { formatMoment } from '../times.ts'
import { SPANS } from './asking-for.ts'
import type { FieldProps } from './give-fields.tsx'
import { type Clock, longestDays, readTimes } from './give-form.ts'

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
