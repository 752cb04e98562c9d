'use client'

import { Text } from '@mantine/core'
import type { ArchiveView } from '../../lib/archives/archive-row.ts'
import { Moment } from '../frame/moment.tsx'
import { count } from '../words.ts'

/** How often a recording was opened, and when last. Names would tip people off: those are for auditors. */
export function Seen({ seen }: { seen: ArchiveView['seen'] }) {
  return (
    <div>
      {seen.count === 0 || seen.lastAt === null ? (
        <Text size="sm">Nobody has opened this recording here yet.</Text>
      ) : (
        <Text size="sm" component="div">
          Opened {count(seen.count, 'time')}, last at <Moment at={seen.lastAt} />.
        </Text>
      )}
      <Text size="xs" c="dimmed" mt={4}>
        By whom is shown to auditors alone, in the log.
      </Text>
    </div>
  )
}
