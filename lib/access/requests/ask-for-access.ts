import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { findHoldersOf } from '../../notices/find-holders-of.ts'
import { tell } from '../../notices/tell.ts'
import { requireWords } from '../../plain-words.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import { aboutReach } from '../about-reach.ts'
import { act } from '../act.ts'
import { requireTimes } from '../check-grant.ts'
import { findReach, type Reach, toReachRow } from '../find-reach.ts'
import { USUAL_LONGEST_GRANT_DAYS } from '../grant-length.ts'
import { factsOfReach } from '../grant-row.ts'
import { toScopeColumns } from '../grant-scope.ts'
import { readClock } from '../read-clock.ts'
import { type Wanted, type WantedReach, withoutName } from '../wanted.ts'

export type AskedRequest = { readonly requestId: string; readonly state: 'open' }

/**
 * Asks for access in somebody's own name. A session or an archive may be named that is not known, or that the asker may
 * not even find: the answer is the same. On record, and so is a refusal: `reason-invalid`, `grant-invalid`,
 * `scope-unknown` (a project, region or unit that there is not).
 */
export async function askForAccess(services: Services, actor: Actor, wanted: Wanted): Promise<AskedRequest> {
  const { reach: named, rights, until, reason, caseReference } = wanted
  const described = { rights, until: until.toISOString() }
  const about = {
    ...{ reason, after: { scope: withoutName(named), ...described } },
    ...(caseReference !== null && { caseReference }),
    ...(named.kind === 'session' && { sessionId: named.sessionId }),
    ...(named.kind === 'archive' && { archiveId: named.archiveId }),
  }
  return act(services, { actor, action: 'request.made', about }, async ({ tx, note, record }) => {
    requireWords('reason', reason)
    const now = await readClock(tx)
    requireTimes({ from: now, until, now, longestDays: USUAL_LONGEST_GRANT_DAYS })
    const reach = (await findReach(tx, named)) ?? unknownReach(named)
    const { id } = await tx.accessRequest.create({
      data: {
        ...{ id: newUuid(), askedBy: actor.personId, ...toScopeColumns(reach.scope) },
        ...{ rights: [...rights], validUntil: until, reason, caseReference },
      },
    })
    note({ ...factsOfReach(toReachRow(reach)), target: { kind: 'request', id } })
    note({ after: { scope: named, ...described } })
    await record('request.made')
    const administrators = await findHoldersOf(tx, 'admin', reach.project?.id ?? null)
    await tell(tx, {
      kind: 'request.made',
      to: administrators.filter((personId) => personId !== actor.personId),
      projectId: reach.project?.id ?? null,
      about: {
        ...{ requestId: id, personId: actor.personId, person: actor.name },
        ...aboutReach({ ...toScopeColumns(reach.scope), projectName: reach.project?.name ?? null }),
      },
    })
    return { requestId: id, state: 'open' }
  })
}

/** What no project is known of may still come to be known. */
function unknownReach(named: WantedReach): Pick<Reach, 'scope' | 'project'> {
  if (named.kind === 'session')
    return { scope: { kind: 'session', projectId: null, sessionId: named.sessionId }, project: null }
  if (named.kind === 'archive')
    return { scope: { kind: 'archive', projectId: null, archiveId: named.archiveId }, project: null }
  throw new AppError('scope-unknown', `No ${named.kind} is known by that name. Check how it is written.`)
}
