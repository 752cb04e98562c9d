import { Group } from '@mantine/core'
import type { Metadata } from 'next'
import { forbidden } from 'next/navigation'
import { AccessPage } from '../../../../components/access/access-page.tsx'
import { PersonAccessTable } from '../../../../components/access/access-table.tsx'
import { DisableButton } from '../../../../components/access/disable-button.tsx'
import { GiveButton } from '../../../../components/access/give-button.tsx'
import { Locked } from '../../../../components/access/locked.tsx'
import { PersonFacts } from '../../../../components/access/person-facts.tsx'
import { RoleEditor } from '../../../../components/access/role-editor.tsx'
import { RoleList } from '../../../../components/access/role-list.tsx'
import { Empty, Section } from '../../../../components/access/section.tsx'
import { SignInsTable } from '../../../../components/access/sign-ins-table.tsx'
import { FileButton, LinkButton } from '../../../../components/frame/link.tsx'
import { logPath } from '../../../../components/log/log-links.ts'
import { readQuery, withQuery } from '../../../../components/query.ts'
import { listGivable } from '../../../../lib/access/giving/list-givable.ts'
import { getPerson, type PersonView } from '../../../../lib/access/lists/get-person.ts'
import { can } from '../../../../lib/access/permissions.ts'
import type { Actor } from '../../../../lib/auth/actor.ts'
import { requirePagePermission } from '../../../../lib/auth/require.ts'
import { isAppError } from '../../../../lib/errors.ts'
import { services } from '../../../../lib/services.ts'

export const metadata: Metadata = { title: 'Person' }

type Props = {
  readonly params: Promise<{ personId: string }>
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** Somebody, what they are and hold here and why, and where they are signed in. */
export default async function PersonPage({ params, searchParams }: Props) {
  const { personId } = await params
  const { after = null } = readQuery(await searchParams, ['after'])
  const here = `/access/people/${encodeURIComponent(personId)}`
  const actor = await requirePagePermission('access:manage', withQuery(here, { after }))
  const person = await getOrLeave(actor, personId, after)
  const givable = await listGivable(services(), actor)
  const name = person.name ?? person.email ?? person.subject ?? 'somebody'
  const isSelf = person.id === actor.personId
  return (
    <AccessPage
      reader={actor}
      title={name}
      here="/access/people"
      actions={
        <Group gap="xs">
          {can(actor.roles, 'audit:read') && person.subject !== null && (
            <LinkButton size="xs" variant="default" href={logPath({ person: person.subject })}>
              In the log
            </LinkButton>
          )}
          {givable.isWide && !isSelf && (
            <DisableButton personId={person.id} name={name} isDisabled={person.disabledAt !== null} />
          )}
        </Group>
      }
    >
      <PersonFacts person={person} />
      <Section id="roles" title="Roles">
        {isSelf ? (
          <>
            {person.roles.length > 0 && <RoleList roles={person.roles} />}
            <Locked>These are you: another administrator gives and takes your roles.</Locked>
          </>
        ) : (
          <RoleEditor
            personId={person.id}
            name={name}
            roles={person.roles}
            proposed={person.proposedRoles}
            givable={givable}
          />
        )}
      </Section>
      <Section
        id="access"
        title="What this person can see"
        actions={
          <Group gap="xs">
            <FileButton href={withQuery('/access/listing.csv', { person: person.id })}>CSV</FileButton>
            {!isSelf && (
              <GiveButton
                givable={givable}
                {...(person.email !== null && { initial: { email: person.email } })}
              />
            )}
          </Group>
        }
      >
        {person.lines.length === 0 ? (
          <Empty>Nothing: no grant reaches them{after === null ? '' : ' further back'}.</Empty>
        ) : (
          <PersonAccessTable lines={person.lines} />
        )}
        <Group gap="xs">
          {after !== null && (
            <LinkButton size="xs" variant="default" href={here}>
              From the beginning
            </LinkButton>
          )}
          {person.next !== null && (
            <LinkButton size="xs" variant="default" href={withQuery(here, { after: person.next })}>
              Further
            </LinkButton>
          )}
        </Group>
      </Section>
      <Section id="sign-ins" title="Where they are signed in">
        {person.signIns.length === 0 ? (
          <Empty>Nowhere at the moment.</Empty>
        ) : (
          <SignInsTable signIns={person.signIns} />
        )}
      </Section>
    </AccessPage>
  )
}

/** Who is not known and who is out of reach are the same page. */
async function getOrLeave(actor: Actor, personId: string, after: string | null): Promise<PersonView> {
  try {
    return await getPerson(services(), actor, personId, { now: new Date(), after })
  } catch (error) {
    if (isAppError(error, 'forbidden')) forbidden()
    throw error
  }
}
