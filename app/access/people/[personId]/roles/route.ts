import { deedOfRoles, parseRoles, setRoles } from '../../../../../lib/access/people/set-roles.ts'
import { readOnRecord } from '../../../../../lib/access/read-on-record.ts'
import { requirePermission } from '../../../../../lib/auth/require.ts'
import { json, readJson } from '../../../../../lib/http/json.ts'
import { route } from '../../../../../lib/http/route.ts'
import { services } from '../../../../../lib/services.ts'

/** Gives somebody the roles listed, and takes from them what is not. */
export const PUT = route<{ personId: string }>(async (request, { params }) => {
  const actor = await requirePermission(request, 'access:manage')
  const { personId } = await params
  const reading = { actor, body: readJson(request), deedOf: () => deedOfRoles(personId) }
  const wanted = await readOnRecord(services(), reading, parseRoles)
  return json({ roles: await setRoles(services(), actor, { personId, ...wanted }) })
})
