import { Box, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import type { Understood } from '../../lib/archives/session-row.ts'
import { AskButton } from '../access/ask-button.tsx'
import type { Offer } from '../access/asking-for.ts'
import { TextLink } from '../frame/link.tsx'
import { sessionPath } from '../frame/session-path.ts'
import { sayFound } from './say-found.ts'
import classes from './understood-list.module.css'

/** What is looked for, if its recorder can be asked. */
const IDS: ReadonlySet<Understood['kind']> = new Set(['session-id', 'archive-id'])

/** One line for each thing that was in the box: what it is taken for, and whether it was found. */
export function UnderstoodList({ understood }: { understood: readonly Understood[] }) {
  const found = understood.filter((each) => each.found === true).length
  const lookedFor = understood.filter((each) => each.found !== null).length
  const unasked = understood.filter((each) => each.found === null && IDS.has(each.kind)).length
  return (
    <Box component="section" aria-label="What was understood">
      <Text size="sm" role="status" mb={4}>
        {sayFound({ found, lookedFor, unasked })}
      </Text>
      <ul className={classes.list}>
        {understood.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same thing may stand in the box twice
          <li key={index} className={classes.line}>
            <Sign found={each.found} />
            <span className={classes.text}>
              {each.found === true && each.sessionId !== null ? (
                <TextLink href={sessionPath(each.sessionId)} ff="monospace" size="sm">
                  {each.text}
                </TextLink>
              ) : (
                each.text
              )}
            </span>
            <span className={classes.sentence}>
              {each.sentence}
              {each.found === false && <AskFor understood={each} />}
            </span>
          </li>
        ))}
      </ul>
    </Box>
  )
}

/** What is not found may be somebody's to give: it is asked for by its ID, known here or not. */
function AskFor({ understood: { kind, sessionId, text } }: { understood: Understood }) {
  const offer = offerOf(kind, sessionId, text)
  if (offer === null) return null
  return (
    <div className={classes.ask}>
      <AskButton offers={[offer]} size="compact-xs" variant="default">
        ask for access
        <span className="visually-hidden"> to {text}</span>
      </AskButton>
    </div>
  )
}

function offerOf(kind: Understood['kind'], sessionId: string | null, text: string): Offer | null {
  if (kind === 'archive-id') {
    return { wanted: { kind: 'archive', archiveId: text }, label: `The recording ${text}` }
  }
  if (kind !== 'session-id' || sessionId === null) return null
  return { wanted: { kind: 'session', sessionId }, label: 'Every recording of this session' }
}

function Sign({ found }: { found: boolean | null }) {
  if (found === true) return <IconCircleCheck size={16} color="var(--good)" aria-label="Found" />
  if (found === false) return <IconCircleX size={16} color="var(--bad)" aria-label="Not found or not yours" />
  return <IconAlertTriangle size={16} color="var(--warn)" aria-label="Not looked for" />
}
