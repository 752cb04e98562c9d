import { Text, Title } from '@mantine/core'
import { isOver } from '../../lib/access/held-access.ts'
import type { OwnAccess as Held } from '../../lib/access/lists/find-own-access.ts'
import classes from '../frame/fact-list.module.css'
import { Moment } from '../frame/moment.tsx'
import { count } from '../words.ts'
import { GrantList } from './grant-list.tsx'
import { RoleList } from './role-list.tsx'

type Props = {
  readonly name: string | null
  readonly email: string | null
  readonly subject: string
  readonly issuer: string
  readonly signedInAt: Date
  readonly expiresAt: Date
  readonly idleMinutes: number
  readonly held: Held
}

/** What one holds oneself, and until when. */
export function OwnAccess({ name, email, subject, issuer, signedInAt, expiresAt, idleMinutes, held }: Props) {
  const over = held.grants.filter(({ state }) => isOver(state))
  const standing = held.grants.filter(({ state }) => !isOver(state))
  return (
    <section className="plate" aria-labelledby="own-access">
      <Title order={2} id="own-access">
        What I may do
      </Title>
      <dl className={classes.facts}>
        <dt>I am</dt>
        <dd>
          {[name, email].filter((text) => text !== null).join(', ') || subject}
          <Text component="div" size="xs" c="dimmed">
            {subject} at {issuer}
          </Text>
        </dd>
        <dt>Signed in</dt>
        <dd>
          <Moment at={signedInAt} />, until <Moment at={expiresAt} /> at the latest; sooner after{' '}
          {idleMinutes} minutes without activity
        </dd>
        <dt>Roles</dt>
        <dd>
          {held.roles.length === 0 ? (
            'none yet: ask an administrator of the portal'
          ) : (
            <RoleList roles={held.roles} />
          )}
        </dd>
        <dt>Grants</dt>
        <dd>
          {standing.length === 0 ? 'none: no recordings are open to me' : <GrantList grants={standing} />}
          {over.length > 0 && (
            <details className={classes.over}>
              <summary>{count(over.length, 'grant')} that ended, lapsed or was taken back</summary>
              <GrantList grants={over} />
            </details>
          )}
        </dd>
      </dl>
    </section>
  )
}
