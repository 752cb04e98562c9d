'use client'

import { Button } from '@mantine/core'

type Props = {
  readonly children: string
  /** What it is done to, for those who hear it. */
  readonly about: string
  readonly tone?: 'main' | 'bad'
  readonly isBusy?: boolean
  readonly onClick: () => void
  readonly onFocus?: () => void
}

/** A button within a row: small, and named by what it is done to. */
export function RowButton({ children, about, tone, isBusy = false, onClick, onFocus }: Props) {
  return (
    <Button
      size="compact-sm"
      fz="xs"
      variant={tone === 'main' ? 'filled' : 'default'}
      loading={isBusy}
      aria-label={`${children}: ${about}`}
      onClick={onClick}
      {...(tone === 'bad' && { c: 'var(--bad)' })}
      {...(onFocus !== undefined && { onFocus })}
    >
      {children}
    </Button>
  )
}
