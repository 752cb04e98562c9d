import { json } from '../../../../lib/http/json.ts'
import { route } from '../../../../lib/http/route.ts'

/** Whether the process answers; says nothing about what it stands on. */
export const GET = route(async () => json({ status: 'up' }))
