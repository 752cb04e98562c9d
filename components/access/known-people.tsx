import { Text } from '@mantine/core'
import type { AccessLine, KnownPeople as Known } from '../../lib/access/lists/access-line.ts'
import { Dim } from '../frame/dim.tsx'
import lists from '../frame/fact-list.module.css'
import { TextLink } from '../frame/link.tsx'
import { withQuery } from '../query.ts'
import { count } from '../words.ts'
import { nameOfHolder } from './name-of-holder.ts'
import { Who } from './who.tsx'

type Props = { readonly group: string; readonly known: Known }

/** Whom a group's grant lets in, unfolded on demand. */
export function KnownPeople({ group, known: { people, isWhole } }: Props) {
  if (people.length === 0) return <Dim>nobody known in it whom it lets in</Dim>
  const said = count(people.length, 'person', 'people')
  return (
    <details className={lists.over}>
      <summary>{isWhole ? `lets in ${said}` : `lets in more than ${said}`}</summary>
      <ul className={lists.list} aria-label={`In the group ${group}`}>
        {people.map((person) => (
          <li key={person.id}>
            <Who personId={person.id} name={nameOfHolder(person)} email={person.email} />
          </li>
        ))}
        {!isWhole && (
          <li>
            <TextLink href={withQuery('/access/people', { person: group })} size="sm">
              All who are known in it
            </TextLink>
          </li>
        )}
      </ul>
    </details>
  )
}

/** Says of lists of groups what nobody here can know. */
export function KnownPeopleNote({ lines }: { lines: readonly AccessLine[] }) {
  if (lines.every(({ known }) => known === null)) return null
  return (
    <Text size="xs" c="dimmed" maw="90ch">
      Of a group those are listed who were in it when they last signed in, and whom its grant lets in. Whoever
      came into it and has not signed in since is not known here; the grant lets them in as soon as they do.
    </Text>
  )
}
