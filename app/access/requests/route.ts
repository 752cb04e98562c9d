import type { Deed } from '../../../lib/access/act.ts'
import { readOnRecord } from '../../../lib/access/read-on-record.ts'
import { askForAccess } from '../../../lib/access/requests/ask-for-access.ts'
import { parseRequest } from '../../../lib/access/wanted.ts'
import { touchSignIn } from '../../../lib/auth/actor.ts'
import { countUse } from '../../../lib/auth/limits.ts'
import { requireActor } from '../../../lib/auth/require.ts'
import { json, readJson } from '../../../lib/http/json.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** Asks for access in one's own name; anybody signed in may. */
export const POST = route(async (request) => {
  const actor = await requireActor(request)
  await touchSignIn(services(), actor.signInId)
  await countUse(services(), actor, 'requests')
  const deedOf = (): Deed => ({ action: 'request.made', about: {} })
  const wanted = await readOnRecord(services(), { actor, body: readJson(request), deedOf }, parseRequest)
  return json(await askForAccess(services(), actor, wanted), 201)
})
