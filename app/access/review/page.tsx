import { IconChecks } from '@tabler/icons-react'
import type { Metadata } from 'next'
import { AccessPage } from '../../../components/access/access-page.tsx'
import { ReviewTable } from '../../../components/access/review-table.tsx'
import { Plate } from '../../../components/frame/plate.tsx'
import { listReview } from '../../../lib/access/lists/list-review.ts'
import { requirePagePermission } from '../../../lib/auth/require.ts'
import { services } from '../../../lib/services.ts'

export const metadata: Metadata = { title: 'Access review' }

/** Grants that nobody has used for long or that end soon, each kept or removed, on record. */
export default async function ReviewPage() {
  const actor = await requirePagePermission('access:manage', '/access/review')
  const { lines, total } = await listReview(services(), actor, { now: new Date() })
  return (
    <AccessPage reader={actor} title="Access review" here="/access/review">
      {lines.length === 0 ? (
        <Plate title="Nothing to review" icon={<IconChecks size={26} stroke={1.5} aria-hidden />}>
          A grant comes up here when it has not been used for 90 days, or is about to end. Keeping it and
          removing it are both on record.
        </Plate>
      ) : (
        <ReviewTable lines={lines} total={total} />
      )}
    </AccessPage>
  )
}
