import { readAnchorLag } from '../../../lib/audit/anchor/anchor-lag.ts'
import { readSealState } from '../../../lib/audit/seal-state.ts'
import { withinDeadline } from '../../../lib/database.ts'
import { AppError } from '../../../lib/errors.ts'
import { route } from '../../../lib/http/route.ts'
import { hasMetricsToken, renderMetrics } from '../../../lib/metrics.ts'
import { services } from '../../../lib/services.ts'

/** For Prometheus. Without METRICS_TOKEN, or with another, there is nothing here. */
export const GET = route(async (request) => {
  const { db, env } = services()
  if (env.metricsToken === null || !hasMetricsToken(request.headers, env.metricsToken))
    throw new AppError('not-found')
  const sealState = await withinDeadline(readSealState(db)).catch(() => null)
  const anchorLag = await withinDeadline(readAnchorLag(db, env.auditAnchor)).catch(() => null)
  const { contentType, text } = await renderMetrics(sealState, anchorLag)
  return new Response(text, { headers: { 'Content-Type': contentType } })
})
