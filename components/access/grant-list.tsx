import { Text } from '@mantine/core'
import type { GrantState, ShownGrant } from '../../lib/access/held-access.ts'
import lists from '../frame/fact-list.module.css'
import { Moment } from '../frame/moment.tsx'
import { RIGHT_WORDS } from '../words.ts'
import classes from './grant-list.module.css'

const TONES: Readonly<Record<GrantState, 'good' | 'warn' | undefined>> = {
  'in force': 'good',
  'not yet': 'warn',
  ended: undefined,
  'taken back': undefined,
  awaiting: 'warn',
  lapsed: undefined,
}

/** Each grant with its why and its end. */
export function GrantList({ grants }: { grants: readonly ShownGrant[] }) {
  return (
    <ul className={lists.list}>
      {grants.map((grant) => (
        <li key={grant.id}>
          <div className={classes.line}>
            <span className="tag" data-tone={TONES[grant.state]}>
              {grant.state}
            </span>
            <strong>{grant.scope.project}</strong>
            <span>{grant.rights.map((right) => RIGHT_WORDS[right] ?? right).join(', ')}</span>
          </div>
          <Text component="div" size="xs" c="dimmed">
            <Moment at={grant.validFrom} /> to <Moment at={grant.validUntil} />
          </Text>
          <Text component="div" size="xs" c="dimmed" className="breakable">
            {grant.reason}
            {grant.caseReference !== null && `, case ${grant.caseReference}`}
          </Text>
        </li>
      ))}
    </ul>
  )
}
