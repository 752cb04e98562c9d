'use client'

import { NativeSelect, TextInput } from '@mantine/core'
import type { FieldFaults } from '../../lib/audit/field-faults.ts'
import type { Zone } from '../../lib/zone.ts'
import { useZone } from '../frame/zone.tsx'
import type { LogAddress } from './log-links.ts'
import { writeMoment } from './write-moment.ts'

/** What the address says, and as what its times were read. */
export type Asked = {
  readonly address: LogAddress
  readonly zone: Zone
  readonly from: Date | null
  readonly to: Date | null
  readonly faults: FieldFaults
}

type FieldProps = {
  readonly asked: Asked
  readonly name: keyof FieldFaults['fields']
  readonly label: string
  readonly placeholder?: string
  readonly id?: string
  readonly className?: string | undefined
}

/** A key of what the address says: a field that was written in meanwhile shows that again. */
export function TextField({ asked: { address, faults }, name, placeholder = '', ...rest }: FieldProps) {
  return (
    <TextInput
      {...{ ...rest, name, placeholder }}
      key={address[name]}
      size="xs"
      defaultValue={address[name] ?? ''}
      error={faults.fields[name]}
      autoComplete="off"
      spellCheck={false}
    />
  )
}

export type Choice = { readonly value: string; readonly label: string }

/** What the address names is among the choices, whether it is known or not. */
export function ChoiceField({
  asked: { address, faults },
  name,
  choices,
  ...rest
}: FieldProps & { readonly choices: readonly Choice[] }) {
  const value = address[name] ?? ''
  const isUnknown = value !== '' && choices.every((choice) => choice.value !== value)
  return (
    <NativeSelect
      {...{ ...rest, name }}
      key={value}
      size="xs"
      defaultValue={value}
      error={faults.fields[name]}
      data={[{ value: '', label: 'all' }, ...choices, ...(isUnknown ? [{ value, label: value }] : [])]}
    />
  )
}

const HAS_OFFSET = /:\d\d.*(Z|[-+]\d\d:?\d\d)$/

type TimeProps = { readonly asked: Asked; readonly name: 'from' | 'to'; readonly label: string }

/** A day or a time of the reader's zone: what was written for another, or for none, is shown as it is there. */
export function TimeField({ asked, name, label }: TimeProps) {
  const { zone } = useZone()
  const at = asked[name]
  const given = asked.address[name] ?? ''
  const isOfZone = zone === asked.zone && !HAS_OFFSET.test(given)
  const value = at === null || isOfZone ? given : writeMoment(at, zone)
  return (
    <TextInput
      key={value}
      name={name}
      label={`${label} (${zone})`}
      placeholder="2026-11-24 or 2026-11-24 10:30"
      size="xs"
      defaultValue={value}
      error={asked.faults.fields[name]}
      autoComplete="off"
      spellCheck={false}
    />
  )
}
