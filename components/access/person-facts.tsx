import { Text } from '@mantine/core'
import type { PersonRow } from '../../lib/access/people/find-people-rows.ts'
import classes from '../frame/fact-list.module.css'
import { Moment } from '../frame/moment.tsx'

/** Who somebody is, and when they were last here. */
export function PersonFacts({ person }: { person: PersonRow }) {
  const { email, subject, disabledAt, addedAt, lastSeenAt, groups } = person
  return (
    <dl className={classes.facts}>
      <dt>Mail</dt>
      <dd>
        {email ?? 'not known'}
        {disabledAt !== null && (
          <>
            {' '}
            <span className="tag" data-tone="bad">
              disabled
            </span>{' '}
            since <Moment at={disabledAt} />
          </>
        )}
      </dd>
      <dt>Signed in</dt>
      <dd>
        {lastSeenAt === null ? 'never' : <Last at={lastSeenAt} />}; known here since <Moment at={addedAt} />
      </dd>
      {subject !== null && (
        <>
          <dt>Subject</dt>
          <dd>
            <Text span size="xs" ff="monospace">
              {subject}
            </Text>
          </dd>
        </>
      )}
      {groups.length > 0 && (
        <>
          <dt>Groups</dt>
          <dd>{groups.join(', ')}</dd>
        </>
      )}
    </dl>
  )
}

function Last({ at }: { at: Date }) {
  return (
    <>
      last at <Moment at={at} />
    </>
  )
}
