import { Text } from '@mantine/core'
import type { Metadata } from 'next'
import { LogPage } from '../../../components/log/log-page.tsx'
import { RetentionHolds } from '../../../components/log/retention-holds.tsx'
import {
  RetentionAsked,
  RetentionDrops,
  RetentionErasures,
} from '../../../components/log/retention-lists.tsx'
import { RetentionRules } from '../../../components/log/retention-rules.tsx'
import { projectsFor } from '../../../lib/access/permissions.ts'
import { readLogRetention } from '../../../lib/audit/retention/read-retention.ts'
import { requirePagePermission } from '../../../lib/auth/require.ts'
import { services } from '../../../lib/services.ts'

export const metadata: Metadata = { title: 'How the log is kept' }

export default async function RetentionPage() {
  const actor = await requirePagePermission('audit:read', '/audit/retention')
  const { rules, holds, asked, erasures, announced, dropped } = await readLogRetention(services(), actor)
  return (
    <LogPage reader={actor} title="How the log is kept" here="/audit/retention">
      <RetentionRules rules={rules} mayChange={false} />
      <RetentionAsked asked={asked} />
      <RetentionHolds
        holds={holds}
        projects={rules.flatMap(({ project }) => project?.name ?? [])}
        isForAll={projectsFor(actor.roles, 'audit:read') === 'all'}
      />
      <RetentionDrops announced={announced} dropped={dropped} />
      <RetentionErasures erasures={erasures} />
      <Text size="xs" c="dimmed">
        What is dropped or erased leaves every line’s hash and every proof standing; the log shows “erased” in
        its place.
      </Text>
    </LogPage>
  )
}
