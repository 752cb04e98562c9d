'use client'

import { ChangeButton } from '../access/change-button.tsx'
import { FileButton } from '../frame/link.tsx'
import { useZone } from '../frame/zone.tsx'
import { withQuery } from '../query.ts'
import classes from './export-choice.module.css'
import { EXPORTS, exportParameters } from './export-parameters.ts'
import type { Asked } from './log-fields.tsx'

type Props = {
  readonly asked: Asked
  /** More than people wait for. */
  readonly isLarge: boolean
}

/** Each form that an export can have: taken at once, unless it is large, or made in the background. */
export function ExportChoice({ asked, isLarge }: Props) {
  const { zone } = useZone()
  const parameters = exportParameters(asked, zone)
  return (
    <div className={classes.choice}>
      <p>
        {isLarge
          ? 'These are more than 50,000 lines, or take long to count: they are made in the background.'
          : 'At once, or in the background.'}{' '}
        One person may have two at a time of each kind.
      </p>
      <ul>
        {EXPORTS.map(({ name, what, ...form }) => (
          <li key={name}>
            <strong>{name}</strong>
            <span>{what}</span>
            {!isLarge && (
              <FileButton href={withQuery('/audit/export', { ...form, ...parameters })}>
                {`${name} at once`}
              </FileButton>
            )}
            <ChangeButton
              about={name}
              change={{
                ...{ address: '/audit/exports', method: 'POST', json: { ...form, ...parameters } },
                said: `${name} is being made. It is listed below, and on record.`,
              }}
            >
              In the background
            </ChangeButton>
          </li>
        ))}
      </ul>
    </div>
  )
}
