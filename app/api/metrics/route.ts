import { AppError } from '../../../lib/errors.ts'
import { route } from '../../../lib/http/route.ts'
import { hasMetricsToken, renderMetrics } from '../../../lib/metrics.ts'
import { services } from '../../../lib/services.ts'

/** For Prometheus. Without METRICS_TOKEN, or with another, there is nothing here. */
export const GET = route(async (request) => {
  const { metricsToken } = services().env
  if (metricsToken === null || !hasMetricsToken(request.headers, metricsToken))
    throw new AppError('not-found')
  const { contentType, text } = await renderMetrics()
  return new Response(text, { headers: { 'Content-Type': contentType } })
})
