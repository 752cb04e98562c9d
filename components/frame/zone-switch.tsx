'use client'

import { SegmentedControl } from '@mantine/core'
import { useEffect, useState } from 'react'
import { findLocalZone, useZone } from './zone.tsx'

/** Turns every time on the page between UTC and the reader's own zone. */
export function ZoneSwitch() {
  const { zone, choose } = useZone()
  const [local, setLocal] = useState('UTC')
  useEffect(() => setLocal(findLocalZone()), [])
  return (
    <SegmentedControl
      size="xs"
      aria-label="Times in"
      value={zone === 'UTC' ? 'utc' : 'local'}
      onChange={(value) => choose(value === 'utc' ? 'UTC' : local)}
      data={[
        { value: 'utc', label: 'UTC' },
        { value: 'local', label: 'Local' },
      ]}
    />
  )
}
