'use client'

import { Button, Progress, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { BackgroundExport } from '../../lib/audit/background/list-exports.ts'
import { isErrorCode } from '../../lib/errors.ts'
import { useChange } from '../access/use-change.ts'
import { ask } from '../frame/asking.ts'
import { Moment } from '../frame/moment.tsx'
import { formatBytes } from '../times.ts'
import { count, ERROR_WORDS } from '../words.ts'
import classes from './export-list.module.css'
import { parseExports } from './parse-exports.ts'

const FORMAT_WORDS: Readonly<Record<string, string>> = { csv: 'CSV', jsonl: 'JSON lines', bundle: 'Bundle' }
const EVERY_MS = 2_000

/** One's own exports that are made in the background, each with how far it is. */
export function ExportList({ exports: given }: { exports: readonly BackgroundExport[] }) {
  const exports = useProgress(given)
  const { isSending, problem, send } = useChange()
  if (exports.length === 0) return null
  const remove = ({ exportId, state }: BackgroundExport): void => {
    const said = state === 'done' ? 'The file is removed.' : 'The export is cancelled.'
    void send({ address: `/audit/exports/${exportId}`, method: 'DELETE', said })
  }
  return (
    <>
      <ul className={classes.list} aria-label="Your exports">
        {exports.map((each) => (
          <li key={each.exportId}>
            <Text size="sm" fw={500}>
              {FORMAT_WORDS[each.format] ?? each.format}
            </Text>
            <Moment at={each.askedAt} />
            <Text size="sm" c="dimmed" role="status">
              {sayState(each)}
            </Text>
            {isOpen(each) && each.total !== null && (
              <Progress
                value={(100 * each.rows) / Math.max(each.total, 1)}
                w={160}
                aria-label={sayState(each)}
              />
            )}
            {each.state === 'done' && (
              <Button
                component="a"
                href={`/audit/exports/${each.exportId}/file`}
                download
                size="compact-sm"
                fz="xs"
                variant="default"
              >
                Fetch
              </Button>
            )}
            {(isOpen(each) || each.state === 'done') && (
              <Button
                size="compact-sm"
                fz="xs"
                variant="subtle"
                disabled={isSending}
                onClick={() => remove(each)}
              >
                {each.state === 'done' ? 'Remove' : 'Cancel'}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {problem !== null && (
        <Text size="xs" c="var(--bad)" role="alert">
          {problem.detail}
        </Text>
      )}
    </>
  )
}

const isOpen = ({ state }: BackgroundExport): boolean => state === 'waiting' || state === 'running'

function sayState({ state, rows, total, bytes, code }: BackgroundExport): string {
  const read = `${count(rows, 'row')}, ${formatBytes(bytes)}`
  const of = total === null ? '' : ` of ${count(total, 'row')}`
  if (state === 'waiting') return 'waits for its turn'
  if (state === 'running') return `${read} so far${of}`
  if (state === 'done') return `${read}; kept for 24 hours`
  if (state !== 'failed') return 'cancelled'
  const known = code !== null && isErrorCode(code) ? code : 'internal'
  return `failed (${known}): ${ERROR_WORDS[known].short}. ${ERROR_WORDS[known].next}`
}

/** Asks how far they are for as long as one is being made. */
function useProgress(given: readonly BackgroundExport[]): readonly BackgroundExport[] {
  const [exports, setExports] = useState(given)
  useEffect(() => setExports(given), [given])
  const isGoing = exports.some(isOpen)
  useEffect(() => {
    if (!isGoing) return
    const timer = setInterval(async () => {
      const answer = await ask('/audit/exports')
      if (answer.ok) setExports(parseExports(answer.value.body))
    }, EVERY_MS)
    return () => clearInterval(timer)
  }, [isGoing])
  return exports
}
