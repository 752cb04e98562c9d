import { Group, Stack, Text, Title } from '@mantine/core'
import type { WebhookLine } from '../../lib/webhooks/list-webhooks.ts'
import { AddWebhook } from './add-webhook.tsx'
import { WebhookCard } from './webhook-card.tsx'

type Props = {
  readonly webhooks: readonly WebhookLine[]
  readonly projects: readonly string[]
  readonly isForAll: boolean
}

/** Where other programs are told of requests, grants and changes. */
export function WebhookSection({ webhooks, projects, isForAll }: Props) {
  return (
    <section aria-labelledby="webhooks">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Title order={2} id="webhooks">
            Webhooks
          </Title>
          <AddWebhook projects={projects} isForAll={isForAll} />
        </Group>
        {webhooks.length === 0 ? (
          <Text size="sm" c="dimmed">
            None. A webhook tells another program of requests, grants and changes as they happen.
          </Text>
        ) : (
          webhooks.map((webhook) => <WebhookCard key={webhook.id} webhook={webhook} />)
        )}
      </Stack>
    </section>
  )
}
