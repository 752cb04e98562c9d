import { IconLock } from '@tabler/icons-react'
import { Plate } from '../frame/plate.tsx'

type Props = {
  readonly name: string | null
  readonly email: string | null
  readonly issuer: string
  readonly subject: string
  /** A role, but no grant in force. */
  readonly isReviewer: boolean
}

/** For somebody who is signed in and may do nothing yet. */
export function HoldsNothing({ name, email, issuer, subject, isReviewer }: Props) {
  const who = [name, email].filter((text) => text !== null).join(', ') || subject
  return (
    <Plate
      order={1}
      title={
        isReviewer
          ? 'No recordings are open to you at the moment'
          : 'You are signed in, but nothing was granted to you yet'
      }
      icon={<IconLock size={28} stroke={1.5} aria-hidden />}
      footnote={`${subject} at ${issuer}`}
    >
      <p>
        You are known here as <strong className="breakable">{who}</strong>.{' '}
        {isReviewer
          ? 'You are a reviewer, but no grant that lets you find or play recordings is in force.'
          : 'No role and no grant stands under this name.'}
      </p>
      <p>
        Ask an administrator of the portal for access to the project whose calls you have to review, and say
        why and for how long. Give them the name above and, if they ask for it, the line below. As soon as
        access is granted, load this page again.
      </p>
    </Plate>
  )
}
