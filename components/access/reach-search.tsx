import { Button, Group, TextInput } from '@mantine/core'
import Form from 'next/form'

/** Takes what is looked at: a session ID, an archive ID, or the name of a project. */
export function ReachSearch({ of }: { of: string }) {
  return (
    <search>
      <Form action="/access/who" prefetch={false}>
        <Group gap="xs" align="flex-end">
          <TextInput
            key={of}
            name="of"
            label="Who can see"
            placeholder="Project, session ID or archive ID"
            defaultValue={of}
            size="xs"
            w={{ base: '100%', sm: 420 }}
            autoComplete="off"
            spellCheck={false}
          />
          <Button type="submit" size="xs">
            Show
          </Button>
        </Group>
      </Form>
    </search>
  )
}
