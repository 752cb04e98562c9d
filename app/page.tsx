import { redirect } from 'next/navigation'
import { toOpenRequests } from '../components/access/asking-for.ts'
import { HoldsNothing } from '../components/access/holds-nothing.tsx'
import { OpenRequestsProvider } from '../components/access/open-requests.tsx'
import { Shell } from '../components/frame/shell.tsx'
import { isOver } from '../lib/access/held-access.ts'
import { findOwnAccess } from '../lib/access/lists/find-own-access.ts'
import { can } from '../lib/access/permissions.ts'
import { findOwnRequests } from '../lib/access/requests/find-own-requests.ts'
import { holds, requirePageActor } from '../lib/auth/require.ts'
import { services } from '../lib/services.ts'

/** Leads to what one's role does first; whoever holds nothing yet is told so. */
export default async function StartPage() {
  const actor = await requirePageActor('/')
  if (await holds(services(), actor, 'recording:find')) redirect('/sessions')
  if (can(actor.roles, 'audit:read')) redirect('/audit')
  if (can(actor.roles, 'project:manage')) redirect('/projects')
  const now = new Date()
  const [requests, { grants }] = await Promise.all([
    findOwnRequests(services(), actor, { now }),
    findOwnAccess(services(), actor, { now }),
  ])
  return (
    <Shell reader={actor} section={null}>
      <OpenRequestsProvider initial={toOpenRequests(requests)}>
        <HoldsNothing
          name={actor.name}
          email={actor.email}
          issuer={actor.issuer}
          subject={actor.subject}
          isReviewer={actor.roles.length > 0}
          hasGrant={grants.some(({ state }) => !isOver(state))}
        />
      </OpenRequestsProvider>
    </Shell>
  )
}
