'use client'

import { Button, Group } from '@mantine/core'
import { IconCopy, IconDownload } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { ArchiveView } from '../../lib/archives/archive-row.ts'
import type { SessionView } from '../../lib/archives/session-view.ts'
import { Moment } from '../frame/moment.tsx'
import { formatBytes, formatDuration } from '../times.ts'
import { ERROR_WORDS, hasFile, sayStatus } from '../words.ts'
import classes from './facts.module.css'

type Props = {
  readonly session: SessionView
  readonly archive: ArchiveView
  readonly onCopy: () => void
  /** Null where it may not be downloaded. */
  readonly onDownload: (() => void) | null
}

const CONTAINERS: Readonly<Record<string, string>> = { ts: 'MPEG transport stream', mp4: 'MP4' }

/** Everything that is known of an archive, and the line to cite it by. */
export function Facts({ session, archive, onCopy, onDownload }: Props) {
  const { project } = session
  const untold = sayUntold(archive)
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Session', <Code key="s">{session.sessionId}</Code>],
    ['Archive', <Code key="a">{archive.archiveId}</Code>],
    ['Name', archive.name],
    [
      'Project',
      [project.name, project.region, project.unit, project.environment].filter(Boolean).join(' · '),
    ],
    ['Recorded', <Moment key="r" at={archive.createdAt} />],
    ['Length', sayLength(archive)],
    [
      'Status',
      [...new Set([sayStatus(archive.status), archive.code && ERROR_WORDS[archive.code].short])]
        .filter(Boolean)
        .join('; '),
    ],
    [
      'Restricted',
      archive.restricted ? 'opened only by access that names this recording or its session' : null,
    ],
    ['Why it stopped', archive.reason],
    [
      'File',
      archive.sizeBytes > 0
        ? `${formatBytes(archive.sizeBytes)} (${archive.sizeBytes.toLocaleString('en')} bytes)`
        : null,
    ],
    ['Tracks', sayTracks(archive)],
    ['Encrypted', archive.encrypted ? 'yes' : 'no'],
    ['Container', archive.container === null ? untold : (CONTAINERS[archive.container] ?? archive.container)],
    [
      'Certificate',
      archive.certificateFingerprint === null ? null : <Code key="c">{archive.certificateFingerprint}</Code>,
    ],
    ['SHA-256', archive.sha256sum === null ? null : <Code key="h">{archive.sha256sum}</Code>],
    ['Stored in', archive.storage ?? untold],
    ['Last changed', archive.updatedAt === null ? null : <Moment key="u" at={archive.updatedAt} />],
    ['Not listed since', archive.unlistedAt === null ? null : <Moment key="n" at={archive.unlistedAt} />],
  ]
  return (
    <div>
      <dl className={classes.facts}>
        {facts.map(([name, value]) =>
          value === null || value === '' ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      <Group gap="xs" mt="xs">
        <Button size="xs" variant="default" leftSection={<IconCopy size={14} aria-hidden />} onClick={onCopy}>
          Copy citation
        </Button>
        {onDownload !== null && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={onDownload}
          >
            Download
          </Button>
        )}
      </Group>
    </div>
  )
}

function Code({ children }: { children: string }) {
  return <code className={classes.code}>{children}</code>
}

function sayUntold(archive: ArchiveView): string | null {
  if (!hasFile(archive)) return null
  return archive.durationMeasured
    ? 'known now: shown when the page is loaded again'
    : 'told when it is first opened'
}

function sayLength(archive: ArchiveView): string | null {
  const { durationSeconds, durationMeasured } = archive
  if (durationSeconds === null) return hasFile(archive) ? 'measured when it is first opened' : null
  return `${formatDuration(durationSeconds)}, ${durationMeasured ? 'measured' : 'as the recorder says'}`
}

function sayTracks({ hasAudio, hasVideo, resolution }: ArchiveView): string | null {
  const tracks = [
    hasVideo === true && 'picture',
    hasAudio === true && 'sound',
    hasVideo !== false && resolution,
  ].filter((text): text is string => typeof text === 'string' && text !== '')
  return tracks.length === 0 ? null : tracks.join(', ')
}
