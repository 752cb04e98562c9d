import { Text } from '@mantine/core'
import { isOver, type ShownGrant } from '../../lib/access/held-access.ts'
import lists from '../frame/fact-list.module.css'
import { Moment } from '../frame/moment.tsx'
import classes from './grant-list.module.css'
import { sayRights } from './say-scope.ts'
import { ScopeLine } from './scope-line.tsx'
import { GrantTag } from './state-tag.tsx'

type Shown = ShownGrant & {
  /** It opens nothing to whoever looks, whose it is. */
  readonly isHeldBack?: boolean
}

/** Each grant with its why and its end. */
export function GrantList({ grants }: { grants: readonly Shown[] }) {
  return (
    <ul className={lists.list}>
      {grants.map((grant) => (
        <li key={grant.id}>
          <div className={classes.line}>
            <GrantTag state={grant.state} isHeldBack={grant.isHeldBack === true} />
            <ScopeLine scope={grant.scope} isInline />
            <span>{sayRights(grant.rights)}</span>
          </div>
          <Text component="div" size="xs" c="dimmed">
            <Moment at={grant.validFrom} /> to <Moment at={grant.validUntil} />
          </Text>
          <Text component="div" size="xs" c="dimmed" className="breakable">
            {grant.reason}
            {grant.caseReference !== null && ` (case ${grant.caseReference})`}
            {grant.group !== null && ` By the group ${grant.group}.`}
          </Text>
          {grant.isHeldBack === true && !isOver(grant.state) && (
            <Text component="div" size="xs" c="var(--warn)">
              It opens nothing to me: I am no reviewer there. Ask an administrator of the portal.
            </Text>
          )}
        </li>
      ))}
    </ul>
  )
}
