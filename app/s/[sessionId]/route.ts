import { sessionPath } from '../../../components/frame/session-path.ts'
import { route } from '../../../lib/http/route.ts'

/** The deep link for other systems. Needs no permission: it says nothing but where the session's page, which asks, is. */
export const GET = route<{ sessionId: string }>(async (_request, { params }) => {
  const { sessionId } = await params
  return new Response(null, {
    status: 307,
    headers: { Location: sessionPath(sessionId) },
  })
})
