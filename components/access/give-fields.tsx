'use client'

import { Checkbox, Group, NativeSelect, TextInput } from '@mantine/core'
import type { FieldName, GiveFields } from './give-form.ts'

export type FieldProps = {
  readonly fields: GiveFields
  readonly set: (change: Partial<GiveFields>) => void
  /** What stands against a field, once that is to be said. */
  readonly faultOf: (name: FieldName) => string | null
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
          description="Somebody who is no reviewer there becomes one once it counts."
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
          description="As the sign-in service names it. Whoever is in it and is a reviewer holds the grant."
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
