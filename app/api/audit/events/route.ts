import { listParameters } from '../../../../lib/audit/log-filter.ts'
import { parsePull } from '../../../../lib/audit/out/parse-pull.ts'
import { pullEvents } from '../../../../lib/audit/out/pull-events.ts'
import { renderPulled } from '../../../../lib/audit/out/render-pulled.ts'
import { requireLogToken } from '../../../../lib/audit/out/require-token.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'

/** The log by cursor, for a program that holds a token. */
export const GET = route(async (request) => {
  const reader = await requireLogToken(services(), request.headers)
  const query = parsePull(listParameters(new URL(request.url).searchParams))
  return renderPulled(await pullEvents(services(), reader, query), request.headers.get('accept'))
})
