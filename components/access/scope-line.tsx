import { Text } from '@mantine/core'
import type { ShownScope } from '../../lib/access/grant-scope.ts'
import { TextLink } from '../frame/link.tsx'
import { withQuery } from '../query.ts'
import { shorten } from '../shorten.ts'
import { sayAge } from './say-scope.ts'
import classes from './scope-line.module.css'

type Props = {
  readonly scope: ShownScope
  /** Leads to who else can see it; for those who manage access. */
  readonly leads?: boolean
  /** On one line, among others. */
  readonly isInline?: boolean
}

/** How far access reaches. An ID is cut in the middle and whole under the pointer. */
export function ScopeLine({ scope, leads = false, isInline = false }: Props) {
  const { kind, project, maxAgeDays } = scope
  const isOne = kind === 'session' || kind === 'archive'
  const reach = reachPath(scope)
  return (
    <div className={classes.scope}>
      {leads && reach !== null ? (
        <TextLink href={reach} size="sm" c="inherit" underline="always" className={classes.link}>
          <Reach scope={scope} />
        </TextLink>
      ) : (
        <Reach scope={scope} />
      )}
      {((isOne && project !== null) || maxAgeDays !== null) && (
        <Text component={isInline ? 'span' : 'div'} size="xs" c="dimmed">
          {isInline && ' '}
          {[isOne ? project : null, maxAgeDays === null ? null : sayAge(maxAgeDays)]
            .filter((text) => text !== null)
            .join(', ')}
        </Text>
      )}
    </div>
  )
}

function Reach({ scope: { kind, project, region, unit, sessionId, archiveId } }: { scope: ShownScope }) {
  if (kind === 'session' && sessionId !== null) return <Id kind="Session" id={sessionId} />
  if (kind === 'archive' && archiveId !== null) return <Id kind="Recording" id={archiveId} />
  const wide = kind === 'region' ? `Region ${region}` : kind === 'unit' ? `Unit ${unit}` : project
  return <strong className="breakable">{wide ?? 'unknown'}</strong>
}

function Id({ kind, id }: { kind: string; id: string }) {
  return (
    <span title={id} className="nowrap">
      {kind}{' '}
      <Text span ff="monospace" size="xs">
        {shorten(id, 8, 6)}
      </Text>
    </span>
  )
}

function reachPath({ kind, project, sessionId, archiveId }: ShownScope): string | null {
  if (kind === 'session') return withQuery('/access/who', { of: sessionId })
  if (kind === 'archive') return withQuery('/access/who', { of: archiveId })
  return kind === 'project' ? withQuery('/access/who', { of: project }) : null
}
