import type { Metadata } from 'next'
import { AccessPage } from '../../components/access/access-page.tsx'
import { AskForAccess } from '../../components/access/ask-for-access.tsx'
import { OwnAccess } from '../../components/access/own-access.tsx'
import { OwnRequests } from '../../components/access/own-requests.tsx'
import { Empty, Section } from '../../components/access/section.tsx'
import { SignInsTable } from '../../components/access/sign-ins-table.tsx'
import { findOwnAccess } from '../../lib/access/lists/find-own-access.ts'
import { listOwnSignIns } from '../../lib/access/people/list-sign-ins.ts'
import { findOwnRequests } from '../../lib/access/requests/find-own-requests.ts'
import { holds, requirePageActor } from '../../lib/auth/require.ts'
import { IDLE_MINUTES } from '../../lib/auth/sign-in-times.ts'
import { services } from '../../lib/services.ts'

export const metadata: Metadata = { title: 'My access' }

/** For everybody signed in: what one holds, has asked for, and where one is signed in. */
export default async function OwnAccessPage() {
  const actor = await requirePageActor('/access')
  const now = new Date()
  const [held, requests, signIns, manages] = await Promise.all([
    findOwnAccess(services(), actor, { now }),
    findOwnRequests(services(), actor, { now }),
    listOwnSignIns(services(), actor),
    holds(services(), actor, 'access:manage'),
  ])
  return (
    <AccessPage reader={actor} title="My access" here={manages ? '/access' : null} actions={<AskForAccess />}>
      <OwnAccess
        name={actor.name}
        email={actor.email}
        subject={actor.subject}
        issuer={actor.issuer}
        signedInAt={actor.signedInAt}
        expiresAt={actor.expiresAt}
        idleMinutes={IDLE_MINUTES}
        held={held}
      />
      <Section id="requests" title="My requests">
        {requests.length === 0 ? (
          <Empty>None yet. What you ask for stands here, with what was decided.</Empty>
        ) : (
          <OwnRequests requests={requests} />
        )}
      </Section>
      <Section id="sign-ins" title="Where I am signed in">
        <SignInsTable signIns={signIns} />
      </Section>
    </AccessPage>
  )
}
