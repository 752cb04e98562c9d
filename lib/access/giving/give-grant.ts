import type { Actor } from '../../auth/actor.ts'
import { requireWords } from '../../plain-words.ts'
import type { Services } from '../../services.ts'
import { act } from '../act.ts'
import { requireTimes } from '../check-grant.ts'
import { findReach, toReachRow } from '../find-reach.ts'
import { factsOfReach } from '../grant-row.ts'
import { readClock } from '../read-clock.ts'
import { type WantedGrant, withoutName } from '../wanted.ts'
import { findHolder } from './find-holder.ts'
import { type GivenGrant, insertGrant } from './insert-grant.ts'
import { lockGiving } from './lock-four-eyes.ts'
import { requireManager } from './require-manager.ts'

/**
 * Gives a person, or a group, rights over a scope; on a project of four eyes it counts once a second administrator has
 * approved it. A person who is no reviewer there becomes one once it counts. On record, and so is a refusal: `forbidden` (not an
 * administrator there), `own-access`, `scope-unknown`, `person-invalid`, `roles-apart`, `grant-invalid`, `reason-invalid`.
 */
export async function giveGrant(services: Services, actor: Actor, wanted: WantedGrant): Promise<GivenGrant> {
  const { reach: named } = wanted
  const about = {
    ...(named.kind === 'session' && { sessionId: named.sessionId }),
    ...(named.kind === 'archive' && { archiveId: named.archiveId }),
    ...{ reason: wanted.reason, after: { scope: withoutName(named), ...describeGrant(wanted) } },
    ...(wanted.caseReference !== null && { caseReference: wanted.caseReference }),
  }
  return act(services, { actor, action: 'grant.given', about }, async (doing) => {
    await lockGiving(doing.tx)
    const reach = await findReach(doing.tx, named)
    if (reach !== null) doing.note({ after: { scope: named, ...describeGrant(wanted) } })
    requireManager(doing.actor, reach)
    doing.note(factsOfReach(toReachRow(reach)))
    requireWords('reason', wanted.reason)
    const holder = await findHolder(doing, wanted)
    const now = await readClock(doing.tx)
    const from = wanted.from !== null && wanted.from > now ? wanted.from : now
    requireTimes({ from, until: wanted.until, now, longestDays: reach.longestDays })
    return insertGrant(doing, {
      wanted,
      reach,
      holder,
      from,
      now,
      maxAgeDays: wanted.maxAgeDays,
      requestId: null,
    })
  })
}

/** For a refusal, which has no grant to speak of. */
function describeGrant({ rights, from, until, maxAgeDays }: WantedGrant): Record<string, unknown> {
  return {
    ...{ rights, until: until.toISOString() },
    ...(from !== null && { from: from.toISOString() }),
    ...(maxAgeDays !== null && { maxAgeDays }),
  }
}
