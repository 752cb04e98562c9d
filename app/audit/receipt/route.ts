import { listParameters } from '../../../lib/audit/log-filter.ts'
import { readReceipt } from '../../../lib/audit/receipt/read-receipt.ts'
import { RECEIPT_POLICY } from '../../../lib/audit/receipt/receipt-style.ts'
import { renderReceipt } from '../../../lib/audit/receipt/render-receipt.ts'
import { requirePermission } from '../../../lib/auth/require.ts'
import { route } from '../../../lib/http/route.ts'
import { services } from '../../../lib/services.ts'

/** Who had access to one recording, as a page to be printed or filed; on record as an export. */
export const GET = route(async (request) => {
  const actor = await requirePermission(request, 'audit:export')
  const receipt = await readReceipt(services(), actor, listParameters(new URL(request.url).searchParams))
  return new Response(renderReceipt(receipt), {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Disposition': `inline; filename="receipt-${receipt.archiveId}.html"`,
      'Content-Security-Policy': `${RECEIPT_POLICY}; frame-ancestors 'none'; sandbox`,
    },
  })
})
