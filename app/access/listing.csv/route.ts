import { parseListing } from '../../../lib/access/lists/parse-listing.ts'
import { renderListing } from '../../../lib/access/lists/render-listing.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { csv } from '../../../lib/http/csv.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** Who may see something, or what somebody may see, as a file. */
export const GET = route(async (request) => {
  const actor = await requirePermission(request, 'access:manage')
  const now = new Date()
  const reach = parseListing(new URL(request.url).searchParams)
  const listing = await renderListing(services(), actor, { reach, now })
  return csv(listing, `access-${now.toISOString().slice(0, 10)}.csv`)
})
