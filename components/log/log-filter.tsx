import { Button, Group, NativeSelect, TextInput } from '@mantine/core'
import Form from 'next/form'
import type { AuditAction } from '../../lib/audit/event.ts'
import { LinkButton } from '../frame/link.tsx'
import { SlashKey } from '../frame/search-box.tsx'
import { SEARCH_BOX_ID } from '../frame/search-box-id.ts'
import { ACTION_WORDS } from '../words.ts'

type Props = {
  readonly session: string
  readonly person: string
  readonly action: string
  readonly faults: readonly string[]
}

const ACTIONS = Object.keys(ACTION_WORDS).filter((action): action is AuditAction => action in ACTION_WORDS)

/** The filter stands in the address: going back works, and a link says what it shows. */
export function LogFilter({ session, person, action, faults }: Props) {
  const isFiltered = session !== '' || person !== '' || action !== ''
  return (
    <search>
      <SlashKey />
      <Form action="/audit" prefetch={false}>
        <Group gap="xs" align="flex-end">
          <TextInput
            id={SEARCH_BOX_ID}
            key={`session ${session}`}
            name="session"
            label="Session or archive ID"
            defaultValue={session}
            size="xs"
            w={{ base: '100%', sm: 300 }}
            autoComplete="off"
            spellCheck={false}
          />
          <TextInput
            key={`person ${person}`}
            name="person"
            label="Person"
            placeholder="Mail, name or subject"
            defaultValue={person}
            size="xs"
            w={{ base: '100%', sm: 210 }}
            autoComplete="off"
            spellCheck={false}
          />
          <NativeSelect
            key={`action ${action}`}
            name="action"
            label="Action"
            defaultValue={action}
            size="xs"
            w={{ base: '100%', sm: 200 }}
            data={[
              { value: '', label: 'all' },
              ...ACTIONS.map((value) => ({ value, label: ACTION_WORDS[value] })),
            ]}
          />
          <Button type="submit" size="xs">
            Show
          </Button>
          {isFiltered && (
            <LinkButton href="/audit" size="xs" variant="default">
              Show all
            </LinkButton>
          )}
        </Group>
      </Form>
      {faults.map((fault) => (
        <div key={fault} className="notice" role="alert" style={{ marginTop: 8 }}>
          {fault}
        </div>
      ))}
    </search>
  )
}
