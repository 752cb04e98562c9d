import { Box, Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

type Props = {
  readonly title: string
  /** What happened, what to do, who can mend it. */
  readonly children: ReactNode
  readonly icon?: ReactNode
  readonly actions?: ReactNode
  /** `code · request id`, for whoever mends it. */
  readonly footnote?: string | null
  /** 1 where the plate is all there is of the page. */
  readonly order?: 1 | 2
}

/** What stands where something is empty, failed or not allowed. */
export function Plate({ title, children, icon, actions, footnote, order = 2 }: Props) {
  return (
    <Box className="plate">
      <Stack gap="xs" align="flex-start">
        {icon}
        <Title order={order} size="h2">
          {title}
        </Title>
        <Text component="div" size="md" maw="60ch">
          {children}
        </Text>
        {actions !== undefined && (
          <Group gap="xs" mt="xs">
            {actions}
          </Group>
        )}
        {footnote != null && footnote !== '' && (
          <Text size="xs" c="dimmed" ff="monospace" mt="xs" className="breakable">
            {footnote}
          </Text>
        )}
      </Stack>
    </Box>
  )
}
