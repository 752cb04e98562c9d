'use client'

import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import type { Foreseen } from '../../lib/audit/retention/foresee-rule.ts'
import { ask as askAddress } from '../frame/asking.ts'
import { withQuery } from '../query.ts'
import { count } from '../words.ts'

type Props = {
  readonly project: string | null
  readonly contentMonths: number | null
  readonly linesMonths: number | null
}

/** Counts, when asked, what a rule would let go today. */
export function RetentionPreview({ project, contentMonths, linesMonths }: Props) {
  const [counted, setCounted] = useState<{ readonly of: string; readonly said: string } | null>(null)
  const [isCounting, setCounting] = useState(false)
  const address = withQuery('/projects/log-rules/preview', {
    project,
    content: String(contentMonths ?? 'for-good'),
    lines: String(linesMonths ?? 'for-good'),
  })
  const ask = async (): Promise<void> => {
    setCounting(true)
    const answer = await askAddress(address)
    setCounted({
      of: address,
      said: answer.ok ? sayCounted(answer.value.body) : 'It could not be counted in time.',
    })
    setCounting(false)
  }
  return (
    <div>
      <Button size="compact-sm" variant="default" loading={isCounting} onClick={() => void ask()}>
        Count what would go
      </Button>
      <Text size="sm" role="status" mt={4}>
        {counted?.of === address ? counted.said : ''}
      </Text>
    </div>
  )
}

function sayCounted(body: unknown): string {
  const { content, lineMonths } = parseForeseen(body)
  const months = content?.from === content?.to ? content?.from : `${content?.from} to ${content?.to}`
  const values =
    content === null
      ? 'No personal values are past yet.'
      : `Personal values of ${count(content.rows, 'line')} in ${count(content.months, 'month')} (${months}) would go.`
  const lines =
    lineMonths === 0
      ? 'No month of lines is past.'
      : `${count(lineMonths, 'month')} of lines may go once the rules of all projects let them.`
  return `${values} ${lines}`
}

function parseForeseen(body: unknown): Foreseen {
  return body as Foreseen
}
