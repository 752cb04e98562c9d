'use client'

import { Text } from '@mantine/core'
import type { Staleness } from '../../lib/archives/archive-row.ts'
import { Moment } from '../frame/moment.tsx'
import { ERROR_WORDS } from '../words.ts'

/** Says what of the page may be out of date, since when, and who can mend it. */
export function StaleNotice({ stale }: { stale: readonly Staleness[] }) {
  if (stale.length === 0) return null
  return (
    <div className="notice" role="status">
      {stale.map(({ project, readAt, code, detail }) => (
        <Text key={`${project} ${code}`} size="sm">
          <strong>{project}</strong> may be out of date: {detail} Last read{' '}
          {readAt === null ? 'never' : <Moment at={readAt} />}. What is known already is shown.{' '}
          {ERROR_WORDS[code].next}
        </Text>
      ))}
    </div>
  )
}
