import { Text } from '@mantine/core'
import { Dim } from '../frame/dim.tsx'
import { TextLink } from '../frame/link.tsx'
import classes from './who.module.css'

type Props = {
  readonly personId: string
  readonly name: string
  readonly email: string | null
}

/** Somebody, and the way to all that is known of their access. */
export function Who({ personId, name, email }: Props) {
  return (
    <div className={classes.who}>
      <TextLink href={`/access/people/${personId}`} size="sm" className="breakable reachable">
        {name}
      </TextLink>
      {email !== null && email !== name && <Dim>{email}</Dim>}
    </div>
  )
}

/** A group of the sign-in service. */
export function GroupName({ name }: { name: string }) {
  return (
    <div className={classes.who}>
      <Text span size="sm" className="breakable">
        {name}
      </Text>
      <Dim>group</Dim>
    </div>
  )
}
