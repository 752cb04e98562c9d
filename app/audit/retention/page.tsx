import { Stack, Text, Title } from '@mantine/core'
import type { Metadata } from 'next'
import { DoneProvider } from '../../../components/access/done.tsx'
import { LinkButton } from '../../../components/frame/link.tsx'
import { Shell } from '../../../components/frame/shell.tsx'
import { RetentionHolds } from '../../../components/log/retention-holds.tsx'
import {
  RetentionAsked,
  RetentionDrops,
  RetentionErasures,
} from '../../../components/log/retention-lists.tsx'
import { RetentionRules } from '../../../components/log/retention-rules.tsx'
import { projectsFor } from '../../../lib/access/permissions.ts'
import { listLogRetention } from '../../../lib/audit/retention/list-retention.ts'
import { requirePagePermission } from '../../../lib/auth/require.ts'
import { services } from '../../../lib/services.ts'

export const metadata: Metadata = { title: 'How the log is kept' }

export default async function RetentionPage() {
  const actor = await requirePagePermission('audit:read', '/audit/retention')
  const { rules, holds, asked, erasures, announced, dropped } = await listLogRetention(services(), actor)
  return (
    <Shell reader={actor} section="log" search={false}>
      <DoneProvider>
        <Stack gap="md">
          <Title order={1}>How the log is kept</Title>
          <div>
            <LinkButton href="/audit" size="xs" variant="default">
              Back to the log
            </LinkButton>
          </div>
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
            What is dropped or erased leaves every line’s hash and every proof standing; the log shows
            “erased” in its place.
          </Text>
        </Stack>
      </DoneProvider>
    </Shell>
  )
}
