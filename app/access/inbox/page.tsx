import { IconInbox } from '@tabler/icons-react'
import type { Metadata } from 'next'
import { AccessPage } from '../../../components/access/access-page.tsx'
import { AwaitingTable } from '../../../components/access/access-table.tsx'
import { DecidedTable, RequestTable } from '../../../components/access/request-table.tsx'
import { Section } from '../../../components/access/section.tsx'
import { Plate } from '../../../components/frame/plate.tsx'
import { listInbox } from '../../../lib/access/requests/list-inbox.ts'
import { requirePagePermission } from '../../../lib/auth/require.ts'
import { services } from '../../../lib/services.ts'

export const metadata: Metadata = { title: 'Requests' }

/** What waits for an administrator: requests, and grants that need a second one. */
export default async function InboxPage() {
  const actor = await requirePagePermission('access:manage', '/access/inbox')
  const { open, awaiting, decided } = await listInbox(services(), actor, { now: new Date() })
  return (
    <AccessPage reader={actor} title="Requests" here="/access/inbox">
      {open.length === 0 && awaiting.length === 0 && (
        <Plate title="Nothing waits for you" icon={<IconInbox size={26} stroke={1.5} aria-hidden />}>
          Who asks for access stands here for 72 hours, and so does a grant that needs a second administrator.
          The bell tells you when there is something.
        </Plate>
      )}
      {open.length > 0 && (
        <Section id="open" title="To decide">
          <RequestTable requests={open} />
        </Section>
      )}
      {awaiting.length > 0 && (
        <Section id="awaiting" title="Waiting for a second administrator">
          <AwaitingTable lines={awaiting} />
        </Section>
      )}
      {decided.length > 0 && (
        <Section id="decided" title="Decided lately">
          <DecidedTable requests={decided} />
        </Section>
      )}
    </AccessPage>
  )
}
