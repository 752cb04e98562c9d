import { Text } from '@mantine/core'
import type { Metadata } from 'next'
import { LogPage } from '../../../components/log/log-page.tsx'
import { OutPushes } from '../../../components/log/out-pushes.tsx'
import { OutTokens } from '../../../components/log/out-tokens.tsx'
import { listExportable } from '../../../lib/audit/out/list-exportable.ts'
import { listTokens } from '../../../lib/audit/out/list-tokens.ts'
import { requirePagePermission } from '../../../lib/auth/require.ts'
import { services } from '../../../lib/services.ts'
import { listPushes } from '../../../lib/webhooks/log/list-pushes.ts'

export const metadata: Metadata = { title: 'The log for other programs' }

export default async function OutPage() {
  const actor = await requirePagePermission('audit:export', '/audit/out')
  const [exportable, tokens, pushes] = await Promise.all([
    listExportable(services(), actor),
    listTokens(services(), actor),
    listPushes(services(), actor),
  ])
  return (
    <LogPage reader={actor} title="The log for other programs" here="/audit/out">
      <Text size="sm" c="dimmed">
        Each way out is in the hand of whoever made it. It ends when they may no longer export the log of its
        projects.
      </Text>
      <OutTokens tokens={tokens} exportable={exportable} />
      <OutPushes pushes={pushes} exportable={exportable} />
    </LogPage>
  )
}
