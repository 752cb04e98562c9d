'use client'

import { Button } from '@mantine/core'
import { IconPlayerStop } from '@tabler/icons-react'
import { type ReactNode, useRef } from 'react'
import { AskButton } from '../access/ask-button.tsx'
import type { Offer } from '../access/asking-for.ts'
import { footnoteOf, type Problem } from '../frame/asking.ts'
import { LinkButton } from '../frame/link.tsx'
import { Plate } from '../frame/plate.tsx'
import { formatDuration, formatSpan } from '../times.ts'
import { splitDetail } from '../words.ts'
import classes from './stage-plates.module.css'
import { useFocusWhenLost } from './use-focus.ts'

type StoppedProps = {
  readonly problem: Problem
  readonly atSeconds: number
  readonly signInPath: string
  /** What may be asked for, where there is no access any more; null elsewhere. */
  readonly offers: readonly Offer[] | null
  /** How late a sign-in must be, and what leads to one. */
  readonly stepUp: { readonly withinSeconds: number; readonly button: ReactNode }
  readonly onAgain: () => void
}

/** The picture is gone, and this stands in its place: why, and what to do. */
export function StoppedPlate({ problem, atSeconds, signInPath, offers, stepUp, onAgain }: StoppedProps) {
  const root = useRef<HTMLDivElement>(null)
  useFocusWhenLost(root)
  const { code, detail, status } = problem
  // What the archive itself, or access, stands in the way of is seldom mended by asking again.
  const isSeldomMended = status === 404 || status === 409 || offers !== null
  const needsStepUp = code === 'step-up-required'
  const { title, advice } = needsStepUp
    ? sayStepUp(stepUp.withinSeconds)
    : status === 401
      ? SIGNED_OUT
      : splitDetail(detail, code)
  return (
    <div ref={root} role="alert" tabIndex={-1} className={classes.stopped}>
      <Plate
        title={title}
        icon={<IconPlayerStop size={26} stroke={1.5} aria-hidden />}
        actions={
          needsStepUp ? (
            stepUp.button
          ) : status === 401 ? (
            <LinkButton href={signInPath}>Sign in and come back to {formatDuration(atSeconds)}</LinkButton>
          ) : (
            <>
              {offers !== null && <AskButton offers={offers} />}
              <Button variant={isSeldomMended ? 'default' : 'filled'} onClick={onAgain}>
                {atSeconds > 0 ? `Open again at ${formatDuration(atSeconds)}` : 'Try again'}
              </Button>
            </>
          )
        }
        footnote={footnoteOf(problem)}
      >
        {advice}
      </Plate>
    </div>
  )
}

function sayStepUp(withinSeconds: number): { title: string; advice: string } {
  const span = formatSpan(withinSeconds).replaceAll(' ', '\u00a0')
  return {
    title: `This needs a sign-in of the last ${span}`,
    advice: `Recordings of this project are opened only by somebody who has proved within ${span} who they are. Sign in again: you come back to the same second, and what you said why is kept.`,
  }
}

const SIGNED_OUT = {
  title: 'Your sign-in has ended',
  advice: 'Sign in again: you come back to the same second.',
}
