import { IconLock } from '@tabler/icons-react'
import { TextLink } from '../frame/link.tsx'
import { Plate } from '../frame/plate.tsx'
import { AskButton } from './ask-button.tsx'

type Props = {
  readonly name: string | null
  readonly email: string | null
  readonly issuer: string
  readonly subject: string
  /** A role, but no grant in force. */
  readonly isReviewer: boolean
  /** A grant that stands and opens nothing: it waits, begins later, or they are no reviewer there. */
  readonly hasGrant: boolean
}

/** For somebody who is signed in and may do nothing yet. */
export function HoldsNothing({ name, email, issuer, subject, isReviewer, hasGrant }: Props) {
  const who = [name, email].filter((text) => text !== null).join(', ') || subject
  return (
    <Plate
      order={1}
      title={
        isReviewer || hasGrant
          ? 'No recordings are open to you at the moment'
          : 'You are signed in, but nothing was granted to you yet'
      }
      icon={<IconLock size={28} stroke={1.5} aria-hidden />}
      actions={<AskButton offers={[]} />}
      footnote={`${subject} at ${issuer}`}
    >
      <p>
        You are known here as <strong className="breakable">{who}</strong>.{' '}
        {hasGrant ? <GrantStands /> : sayNoGrant(isReviewer)}
      </p>
      <p>
        Ask for access to the project, the session or the recording that you have to review, and say why and
        for how long: an administrator of the portal decides. What was decided is told under the bell above,
        and as soon as access is granted, this page leads to it.
      </p>
    </Plate>
  )
}

function GrantStands() {
  return (
    <>
      A grant stands under this name and opens nothing at the moment:{' '}
      <TextLink href="/access">My access</TextLink> says why.
    </>
  )
}

function sayNoGrant(isReviewer: boolean): string {
  return isReviewer
    ? 'You are a reviewer, but no grant that lets you find or play recordings is in force.'
    : 'No role and no grant stands under this name.'
}
