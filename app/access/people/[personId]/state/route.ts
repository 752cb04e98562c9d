import {
  deedOfState,
  parsePersonState,
  setPersonState,
} from '../../../../../lib/access/people/set-person-state.ts'
import { readOnRecord } from '../../../../../lib/access/read-on-record.ts'
import { requirePermission } from '../../../../../lib/auth/require.ts'
import { readJson } from '../../../../../lib/http/json.ts'
import { route } from '../../../../../lib/http/route.ts'
import { services } from '../../../../../lib/services.ts'

/** Disables somebody, or lets them in again. */
export const PUT = route<{ personId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'access:manage')
  const { personId } = await params
  const reading = { actor, body: readJson(request), deedOf: deedOfState(personId) }
  const state = await readOnRecord(services(), reading, parsePersonState)
  await setPersonState(services(), actor, { personId, ...state })
  return new Response(null, { status: 204 })
})
