import { IconHourglass } from '@tabler/icons-react'
import { LinkButton } from '../frame/link.tsx'
import { Plate } from '../frame/plate.tsx'

type Props = {
  /** What happened, and when to come back. */
  readonly detail: string
  /** The same search again. */
  readonly href: string
}

/** Stands where sessions would, for somebody who has searched too often within a minute. */
export function TooManySearches({ detail, href }: Props) {
  return (
    <Plate
      order={1}
      title="Too many searches"
      icon={<IconHourglass size={26} stroke={1.5} aria-hidden />}
      actions={<LinkButton href={href}>Search again</LinkButton>}
      footnote="rate-limited"
    >
      {detail}
    </Plate>
  )
}
