'use client'

import { Group, Text } from '@mantine/core'
import { useMemo } from 'react'
import type { ArchiveRow } from '../../lib/archives/archive-row.ts'
import { Moment } from '../frame/moment.tsx'
import { useZone } from '../frame/zone.tsx'
import { formatClock, formatDuration, formatSpan } from '../times.ts'
import { ERROR_WORDS } from '../words.ts'
import classes from './clock-line.module.css'
import { planClock } from './clock-plan.ts'

type Props = {
  readonly archives: readonly ArchiveRow[]
  readonly selectedId: string | null
  /** Of the one selected; null when it is not open. */
  readonly positionSeconds: number | null
  readonly onSelect: (archiveId: string) => void
}

const LANE_PX = 30

/** The session's archives on one wall clock: gaps and overlaps are seen, each is a button. */
export function ClockLine({ archives, selectedId, positionSeconds, onSelect }: Props) {
  const { zone } = useZone()
  const plan = useMemo(() => planClock(archives), [archives])
  if (plan === null) return null
  const byId = new Map(archives.map((archive, index) => [archive.archiveId, { archive, number: index + 1 }]))
  return (
    <section aria-label="Archives on the clock">
      <div className={classes.line} style={{ height: plan.laneCount * LANE_PX }}>
        {plan.gaps.map(({ left, width, seconds }) => (
          <div
            key={left}
            className={classes.gap}
            style={{ left: `${left}%`, width: `${width}%` }}
            title={
              seconds === null
                ? 'How long this gap is will be known when the archive before it is measured'
                : `Nothing was recorded for ${formatSpan(seconds)}`
            }
          >
            {seconds !== null && <span>{formatSpan(seconds)}</span>}
          </div>
        ))}
        {plan.bars.map(({ archiveId, lane, left, width, isGuess }) => {
          const found = byId.get(archiveId)
          if (found === undefined) return null
          const { archive, number } = found
          const isSelected = archiveId === selectedId
          return (
            <button
              key={archiveId}
              type="button"
              className={classes.bar}
              aria-pressed={isSelected}
              data-playable={(archive.playable && archive.mayPlay) || undefined}
              data-guess={isGuess || undefined}
              style={{ left: `${left}%`, width: `${width}%`, top: lane * LANE_PX }}
              title={sayBar(archive, number, zone)}
              aria-label={sayBar(archive, number, zone)}
              onClick={() => onSelect(archiveId)}
            >
              <span className={classes.name}>
                {number}
                {archive.durationSeconds !== null && ` · ${formatDuration(archive.durationSeconds)}`}
              </span>
              {isSelected &&
                positionSeconds !== null &&
                archive.durationSeconds !== null &&
                archive.durationSeconds > 0 && (
                  <span
                    className={classes.head}
                    style={{ left: `${Math.min(100, (positionSeconds / archive.durationSeconds) * 100)}%` }}
                  />
                )}
            </button>
          )
        })}
      </div>
      <Group justify="space-between" mt={2}>
        <Text size="xs" c="dimmed" component="div">
          <Moment at={plan.startsAt} />
        </Text>
        <Text size="xs" c="dimmed" component="div">
          {plan.endsAt === null ? 'end not known yet' : <Moment at={plan.endsAt} />}
        </Text>
      </Group>
    </section>
  )
}

function sayBar(
  { createdAt, durationSeconds, playable, mayPlay, restricted, code }: ArchiveRow,
  number: number,
  zone: string,
): string {
  // As the bar itself says it, so that it can be asked for by what is seen.
  const seen = durationSeconds === null ? `${number}` : `${number} · ${formatDuration(durationSeconds)}`
  const length = durationSeconds === null ? ', length not known' : ''
  const isWell = playable || code === null
  const state = isWell ? (mayPlay ? 'can be played' : 'not yours to play') : ERROR_WORDS[code].short
  const tag = restricted && code !== 'archive-restricted' ? ', restricted' : ''
  return `Archive ${seen}, ${formatClock(createdAt, zone)}${length}, ${state}${tag}`
}
