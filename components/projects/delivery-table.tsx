'use client'

import { Button } from '@mantine/core'
import type { DeliveryLine } from '../../lib/webhooks/list-webhooks.ts'
import { useChange } from '../access/use-change.ts'
import { type Column, DataTable } from '../data-table.tsx'
import { Dim } from '../frame/dim.tsx'
import { Moment } from '../frame/moment.tsx'
import { Refused } from '../frame/refused.tsx'
import { count } from '../words.ts'

/** Addresses that deliveries stand under. */
type Under = '/projects/webhooks/deliveries' | '/audit/pushes/deliveries'

const columnsOf = (under: Under): readonly Column<DeliveryLine>[] => [
  { id: 'event', header: 'Event', lead: true, cell: ({ event }) => <code>{event}</code> },
  { id: 'at', header: 'Happened', cell: ({ createdAt }) => <Moment at={createdAt} /> },
  { id: 'state', header: 'Delivery', cell: (delivery) => <State delivery={delivery} /> },
  { id: 'why', header: 'Last answer', cell: (delivery) => <LastAnswer delivery={delivery} /> },
  { id: 'do', header: 'Again', cell: (delivery) => <SendAgain delivery={delivery} under={under} /> },
]
const COLUMNS = {
  '/projects/webhooks/deliveries': columnsOf('/projects/webhooks/deliveries'),
  '/audit/pushes/deliveries': columnsOf('/audit/pushes/deliveries'),
} as const satisfies Record<Under, unknown>

type Props = { readonly deliveries: readonly DeliveryLine[]; readonly under: Under }

/** What a webhook has not taken: tried again, or given up. */
export function DeliveryTable({ deliveries, under }: Props) {
  return <DataTable label="Not delivered" columns={COLUMNS[under]} rows={deliveries} rowId={({ id }) => id} />
}

function State({ delivery: { state, attempts, nextAttemptAt } }: { delivery: DeliveryLine }) {
  return (
    <div>
      <span className="tag" data-tone={state === 'dead' ? 'bad' : 'warn'}>
        {state === 'dead' ? 'given up' : 'to be tried again'}
      </span>
      <Dim>
        {count(attempts, 'attempt')}
        {nextAttemptAt !== null && (
          <>
            , next <Moment at={nextAttemptAt} />
          </>
        )}
      </Dim>
    </div>
  )
}

function LastAnswer({ delivery: { lastStatus, lastError } }: { delivery: DeliveryLine }) {
  return (
    <span className="breakable">
      {lastError ?? (lastStatus === null ? 'none' : `answered ${lastStatus}`)}
    </span>
  )
}

function SendAgain({ delivery: { id, event, state }, under }: { delivery: DeliveryLine; under: Under }) {
  const { isSending, problem, send } = useChange()
  if (state !== 'dead') return null
  return (
    <div>
      <Button
        size="compact-sm"
        variant="default"
        loading={isSending}
        aria-label={`Send again: ${event}`}
        onClick={() =>
          void send({
            address: `${under}/${id}/retry`,
            method: 'POST',
            said: `${event} is on its way again.`,
          })
        }
      >
        Send again
      </Button>
      {problem !== null && <Refused problem={problem} />}
    </div>
  )
}
