'use client'

import { Button, type ButtonProps, Text } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Moment } from '../frame/moment.tsx'
import { AskDialog, type Offer } from './ask-dialog.tsx'
import { keyOf, type OpenRequest } from './asking-for.ts'
import { useOpenRequests } from './open-requests.tsx'

type Props = ButtonProps & {
  /** The narrowest first; none: an ID or a name is asked for. */
  readonly offers: readonly Offer[]
  readonly children?: ReactNode
}

/** Asks for access; where that was done already, says so in place of the button. */
export function AskButton({ offers, children = 'Ask for access', ...look }: Props) {
  const { requests, add } = useOpenRequests()
  const [isAsking, setAsking] = useState(false)
  const [sent, setSent] = useState<OpenRequest | null>(null)
  const keys = new Set(offers.map(({ wanted }) => keyOf(wanted)))
  const open = sent ?? requests.find(({ wanted }) => keys.has(keyOf(wanted))) ?? null
  if (open !== null) return <Waits request={open} takesFocus={sent !== null} />
  return (
    <>
      <Button {...look} onClick={() => setAsking(true)}>
        {children}
      </Button>
      {isAsking && (
        <AskDialog
          offers={offers}
          onCancel={() => setAsking(false)}
          onSent={(request) => {
            setAsking(false)
            setSent(request)
            add(request)
          }}
        />
      )}
    </>
  )
}

function Waits({ request: { lapsesAt }, takesFocus }: { request: OpenRequest; takesFocus: boolean }) {
  const root = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // The button that had it is gone.
    if (takesFocus) root.current?.focus({ preventScroll: true })
  }, [takesFocus])
  return (
    <div ref={root} role={takesFocus ? 'status' : undefined} tabIndex={takesFocus ? -1 : undefined}>
      <span className="tag" data-tone="warn">
        asked, waits for an administrator
      </span>
      <Text component="div" size="xs" c="dimmed">
        lapses at <Moment at={lapsesAt} />
      </Text>
    </div>
  )
}
