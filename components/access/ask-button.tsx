'use client'

import { Button, type ButtonProps, Text } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Moment } from '../frame/moment.tsx'
import { AskDialog } from './ask-dialog.tsx'
import { keyOf, nameOf, type Offer, type OpenRequest } from './asking-for.ts'
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
  const [sent, setSent] = useState<readonly OpenRequest[]>([])
  const isForAnything = offers.length === 0
  const keys = new Set(offers.map(({ wanted }) => keyOf(wanted)))
  const isMeant = ({ wanted }: OpenRequest): boolean => isForAnything || keys.has(keyOf(wanted))
  const waiting = new Map([...requests.filter(isMeant), ...sent].map((each) => [keyOf(each.wanted), each]))
  const shown = [...waiting.values()].slice(isForAnything ? 0 : -1)
  return (
    <>
      {shown.map((request) => (
        <Waits
          key={keyOf(request.wanted)}
          request={request}
          isNamed={isForAnything}
          takesFocus={request === sent[0]}
        />
      ))}
      {(isForAnything || shown.length === 0) && (
        <Button {...look} onClick={() => setAsking(true)}>
          {children}
        </Button>
      )}
      {isAsking && (
        <AskDialog
          offers={offers}
          onCancel={() => setAsking(false)}
          onSent={(request) => {
            setAsking(false)
            setSent((before) => [request, ...before])
            add(request)
          }}
        />
      )}
    </>
  )
}

type WaitsProps = {
  readonly request: OpenRequest
  /** Where it is not plain from its place what was asked for. */
  readonly isNamed: boolean
  readonly takesFocus: boolean
}

function Waits({ request: { wanted, lapsesAt }, isNamed, takesFocus }: WaitsProps) {
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
      <Text component="div" size="xs" c="dimmed" className="breakable">
        {isNamed && `${nameOf(wanted)}, `}
        lapses at <Moment at={lapsesAt} />
      </Text>
    </div>
  )
}
