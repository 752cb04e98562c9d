'use client'

import { Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { splitDetail } from '../words.ts'
import { footnoteOf, type Problem } from './asking.ts'

/** What an address refused, within what was filled in: what is wrong, and what to do. */
export function Refused({ problem }: { problem: Problem }) {
  const { title, advice } = splitDetail(problem.detail, problem.code)
  const root = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // Below a long form it would be out of sight.
    root.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <div ref={root} className="notice" data-tone="bad" role="alert">
      <Text size="sm" className="breakable">
        {title}. {advice}
      </Text>
      <Text size="xs" c="dimmed" ff="monospace" className="breakable">
        {footnoteOf(problem)}
      </Text>
    </div>
  )
}
