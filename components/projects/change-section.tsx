import { Stack, Text, Title } from '@mantine/core'
import type { ChangeLine } from '../../lib/projects/list-changes.ts'
import { ChangeTable, DecidedChangeTable } from './change-table.tsx'

type Props = { readonly open: readonly ChangeLine[]; readonly decided: readonly ChangeLine[] }

/** What waits for a second administrator in projects of four eyes, and what was decided lately. */
export function ChangeSection({ open, decided }: Props) {
  if (open.length === 0 && decided.length === 0) return null
  return (
    <section aria-labelledby="changes">
      <Stack gap="sm">
        <Title order={2} id="changes">
          Changes that wait for a second administrator
        </Title>
        {open.length === 0 ? (
          <Text size="sm" c="dimmed">
            None.
          </Text>
        ) : (
          <ChangeTable changes={open} />
        )}
        {decided.length > 0 && (
          <details>
            <summary style={{ paddingBlock: 4 }}>Decided lately</summary>
            <DecidedChangeTable changes={decided} />
          </details>
        )}
      </Stack>
    </section>
  )
}
