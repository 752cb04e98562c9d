import { checkHealth } from '../../../../lib/health.ts'
import { json } from '../../../../lib/http/json.ts'
import { route } from '../../../../lib/http/route.ts'
import { services } from '../../../../lib/services.ts'

/** Whether the portal can serve, by part and without detail. */
export const GET = route(async () => {
  const health = await checkHealth(services().db)
  return json(health, health.status === 'up' ? 200 : 503)
})
