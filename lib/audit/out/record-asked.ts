import { createHmac } from 'node:crypto'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import { uuidOf } from '../../uuid.ts'
import { describeFilter } from '../describe-filter.ts'
import type { LogFilter } from '../log-filter.ts'
import { recordEvent } from '../record.ts'
import { factsOfProjects } from './make-token.ts'
import { findScopeProjects, LOG_OUT } from './report-reading.ts'
import type { LogReader } from './require-token.ts'

const HOUR_MS = 3_600_000

/**
 * Puts on record what a program looks for, as what is looked for on the page: once an hour for each question, since one is
 * asked on and on, from cursor to cursor. A row for each time would be read itself, and so make the next.
 */
export async function recordAsked(
  services: Services,
  { outlet, client }: LogReader,
  filter: LogFilter,
): Promise<void> {
  const { id, name, madeBy, scope } = outlet
  const { sessionId, archiveId } = filter
  const projects = await withinDeadline(findScopeProjects(services.db, scope))
  await recordEvent(services.db, {
    id: nameQuestion(services, id, filter),
    action: 'log.searched',
    outcome: 'allowed',
    actor: LOG_OUT,
    client,
    target: { kind: 'log-token', id },
    ...(sessionId !== undefined && { sessionId }),
    ...(archiveId !== undefined && { archiveId }),
    ...factsOfProjects(projects),
    after: { name, madeBy, ...describeFilter(filter) },
  })
}

/**
 * The event that a question has in this hour: whichever process puts it on record first, the log takes it once. By a keyed
 * hash: of what was typed, which may be a name, nothing can be told from it.
 */
function nameQuestion({ env }: Services, tokenId: string, filter: LogFilter): string {
  const key = createHmac('sha256', env.secretsKey).update('looked for in the log').digest()
  const hour = Math.floor(Date.now() / HOUR_MS)
  return uuidOf(
    createHmac('sha256', key)
      .update(JSON.stringify([tokenId, hour, filter]))
      .digest(),
  )
}
