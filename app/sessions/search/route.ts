import { findSessions } from '../../../lib/archives/find-sessions.ts'
import type { SessionRow } from '../../../lib/archives/session-row.ts'
import { countUse } from '../../../lib/auth/limits.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { json } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** What the page of sessions shows, as data. */
export const GET = route(async (request) => {
  const actor = await requirePermission(request, 'recording:find')
  await countUse(services(), actor, 'searches')
  const { searchParams } = new URL(request.url)
  const query = { q: searchParams.get('q') ?? '', after: searchParams.get('after') }
  const { sessions, next, understood, stale } = await findSessions(services(), actor, query)
  return json({ sessions: sessions.map(toData), next, understood, stale })
})

function toData({ sessionId, project, archives }: SessionRow) {
  return {
    sessionId,
    project,
    archives: archives.map(({ archiveId, createdAt, durationSeconds, status, playable, code }) => ({
      archiveId,
      createdAt,
      durationSeconds,
      status,
      playable,
      code,
    })),
  }
}
