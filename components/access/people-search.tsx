import { Button, Group, TextInput } from '@mantine/core'
import Form from 'next/form'
import { LinkButton } from '../frame/link.tsx'

/** Narrows the list of people; what was asked stands in the address. */
export function PeopleSearch({ person }: { person: string }) {
  return (
    <search>
      <Form action="/access/people" prefetch={false}>
        <Group gap="xs" align="flex-end">
          <TextInput
            key={person}
            name="person"
            aria-label="Name or mail"
            placeholder="Name or mail"
            defaultValue={person}
            size="xs"
            w={{ base: '100%', sm: 260 }}
            autoComplete="off"
          />
          <Button type="submit" size="xs">
            Show
          </Button>
          {person !== '' && (
            <LinkButton href="/access/people" size="xs" variant="default">
              Show all
            </LinkButton>
          )}
        </Group>
      </Form>
    </search>
  )
}
