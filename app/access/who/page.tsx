import { Group } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import type { Metadata } from 'next'
import { AccessPage } from '../../../components/access/access-page.tsx'
import { AccessTable } from '../../../components/access/access-table.tsx'
import { readWanted, type Wanted } from '../../../components/access/asking-for.ts'
import { GiveButton } from '../../../components/access/give-button.tsx'
import type { GiveFields } from '../../../components/access/give-form.ts'
import { ReachSearch } from '../../../components/access/reach-search.tsx'
import { RecordingsTable } from '../../../components/access/recordings-table.tsx'
import { Empty, Section } from '../../../components/access/section.tsx'
import { FileButton, LinkButton } from '../../../components/frame/link.tsx'
import { Plate } from '../../../components/frame/plate.tsx'
import { readQuery, withQuery } from '../../../components/query.ts'
import { listGivable } from '../../../lib/access/giving/list-givable.ts'
import type { LookedAt } from '../../../lib/access/lists/find-looked-at.ts'
import { listAccess } from '../../../lib/access/lists/list-access.ts'
import { listRecordings } from '../../../lib/access/lists/list-recordings.ts'
import type { Actor } from '../../../lib/auth/actor.ts'
import { requirePagePermission } from '../../../lib/auth/require.ts'
import { isAppError } from '../../../lib/errors.ts'
import { services } from '../../../lib/services.ts'

export const metadata: Metadata = { title: 'Grants' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

/** Who can see something: each grant with its why and its end. */
export default async function WhoPage({ searchParams }: Props) {
  const { of = '', after = null } = readQuery(await searchParams, ['of', 'after'])
  const actor = await requirePagePermission('access:manage', withQuery('/access/who', { of, after }))
  const wanted = readWanted(of)
  const [givable, found, recordings] = await Promise.all([
    listGivable(services(), actor),
    wanted === null ? null : findLines(actor, wanted, after),
    wanted === null || wanted.kind === 'project' ? [] : listRecordings(services(), actor, wanted),
  ])
  return (
    <AccessPage
      reader={actor}
      title="Grants"
      here="/access/who"
      actions={<GiveButton key={of} givable={givable} initial={initialOf(wanted, givable.projects)} />}
    >
      <ReachSearch of={of} />
      {found === null && givable.projects.length > 0 && (
        <Section id="projects" title={wanted === null ? 'Projects' : 'Projects whose access you manage'}>
          <Group gap={6}>
            {givable.projects.map(({ id, name }) => (
              <LinkButton
                key={id}
                size="compact-sm"
                variant="default"
                className="wrapping"
                href={withQuery('/access/who', { of: name })}
              >
                {name}
              </LinkButton>
            ))}
          </Group>
        </Section>
      )}
      {wanted !== null && found === null && (
        <Plate title="Not found or not yours" icon={<IconLock size={26} stroke={1.5} aria-hidden />}>
          Nothing is known by that name or ID in the projects whose access you manage. Check how it is
          written. That you asked is on record.
        </Plate>
      )}
      {recordings.length > 0 && found !== null && (
        <Section id="recordings" title={recordings.length === 1 ? 'The recording' : 'Its recordings'}>
          <RecordingsTable recordings={recordings} />
        </Section>
      )}
      {wanted !== null && found !== null && (
        <Section
          id="who"
          title="Who can see this"
          actions={<FileButton href={withQuery('/access/listing.csv', toListing(wanted))}>CSV</FileButton>}
        >
          {found.lines.length === 0 ? (
            <Empty>Nobody: no grant reaches it{after === null ? '' : ' further back'}.</Empty>
          ) : (
            <AccessTable lines={found.lines} />
          )}
          <Group gap="xs">
            {after !== null && (
              <LinkButton size="xs" variant="default" href={withQuery('/access/who', { of })}>
                From the beginning
              </LinkButton>
            )}
            {found.next !== null && (
              <LinkButton
                size="xs"
                variant="default"
                href={withQuery('/access/who', { of, after: found.next })}
              >
                Further
              </LinkButton>
            )}
          </Group>
        </Section>
      )}
    </AccessPage>
  )
}

/** Null for what there is not and what is out of reach alike. */
async function findLines(actor: Actor, wanted: Wanted, after: string | null) {
  try {
    return await listAccess(services(), actor, { reach: toReach(wanted), after, now: new Date() })
  } catch (error) {
    if (isAppError(error, 'forbidden')) return null
    throw error
  }
}

function toReach(wanted: Wanted): LookedAt {
  if (wanted.kind === 'project') return { project: wanted.project }
  return wanted.kind === 'session' ? { sessionId: wanted.sessionId } : { archiveId: wanted.archiveId }
}

function toListing(wanted: Wanted): Readonly<Record<string, string>> {
  if (wanted.kind === 'project') return { project: wanted.project }
  return wanted.kind === 'session' ? { session: wanted.sessionId } : { archive: wanted.archiveId }
}

/** What is looked at is what a grant is most likely given over. */
function initialOf(
  wanted: Wanted | null,
  projects: readonly { readonly name: string }[],
): Partial<GiveFields> {
  if (wanted?.kind === 'session') return { scope: 'session', recording: wanted.sessionId }
  if (wanted?.kind === 'archive') return { scope: 'archive', recording: wanted.archiveId }
  const project = projects.find(({ name }) => name === wanted?.project || projects.length === 1)
  return project === undefined ? {} : { project: project.name }
}
