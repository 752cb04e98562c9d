import type { LoggedEvent } from '../../lib/audit/logged-event.ts'
import { TextLink } from '../frame/link.tsx'
import { Moment } from '../frame/moment.tsx'
import { formatBytes } from '../times.ts'
import { ACTION_WORDS } from '../words.ts'
import { describeClaimed, describeMedia, describeWindow } from './describe-event.ts'
import { logPath } from './log-links.ts'
import classes from './log-table.module.css'

type Props = { readonly viewingId: string; readonly events: readonly LoggedEvent[]; readonly isCut: boolean }

/** Every line of one viewing, oldest first. */
export function UnfoldedViewing({ viewingId, events, isCut }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.2, 2.1.1)
    <section className={classes.unfolded} aria-label="Everything on record about this viewing" tabIndex={0}>
      <ol>
        {events.map((event) => (
          <li key={event.id} className="tabular">
            <Moment at={event.at} />
            <span>{ACTION_WORDS[event.action]}</span>
            {event.code !== null && <span>{event.code}</span>}
            {sayAll(event).map((text) => (
              <span key={text}>{text}</span>
            ))}
          </li>
        ))}
        <li>
          <TextLink href={logPath({ viewing: viewingId })} size="xs">
            {isCut ? 'These are not all: read this viewing by itself' : 'This viewing by itself'}
          </TextLink>
        </li>
      </ol>
    </section>
  )
}

function sayAll(event: LoggedEvent): string[] {
  const claimed = describeClaimed(event.claimed)
  return [
    describeMedia(event),
    describeWindow(event),
    event.bytes === null ? null : `${formatBytes(event.bytes)} sent`,
    claimed === null ? null : `claimed ${claimed}`,
  ].filter((text) => text !== null)
}
