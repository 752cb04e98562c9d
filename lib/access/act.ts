import type { Prisma } from '../../prisma/client/client.ts'
import type { AuditEvent } from '../audit/event.ts'
import { recordEvent } from '../audit/record.ts'
import { type Actor, auditActor } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import { isAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { toRuleError } from './rule-broken.ts'

/** What a row of an act says besides who did it and how it went. */
export type ActFacts = Partial<Omit<AuditEvent, 'id' | 'action' | 'outcome' | 'actor' | 'client' | 'code'>>

export type Act = {
  readonly tx: Prisma.TransactionClient
  readonly actor: Actor
  /** Adds to what the act's rows say, a refusal's too. */
  readonly note: (facts: ActFacts) => void
  /** Puts an act of the actor's on record, with what was noted so far. */
  readonly record: (action: AuditEvent['action'], facts?: ActFacts) => Promise<void>
}

type Doing = { readonly actor: Actor; readonly action: AuditEvent['action']; readonly about: ActFacts }

/**
 * Does something to somebody's access, in one transaction with its rows of the log. What refuses it is on record before
 * it is told, by the action that was tried. A rule that only the database saw broken is told in the same words.
 */
export async function act<T>(
  services: Services,
  { actor, action, about }: Doing,
  work: (doing: Act) => Promise<T>,
): Promise<T> {
  let noted = about
  const note = (facts: ActFacts): void => {
    noted = { ...noted, ...facts }
  }
  try {
    return await withinDeadline(
      services.db.$transaction(async (tx) => {
        const record: Act['record'] = async (done, facts = {}) => {
          const who = { actor: auditActor(actor), client: actor.client }
          await recordEvent(tx, {
            id: newUuid(),
            action: done,
            outcome: 'allowed',
            ...who,
            ...noted,
            ...facts,
          })
        }
        const result = await work({ tx, actor, note, record })
        // What is judged at the end of a transaction is judged here, where it can be told.
        await tx.$executeRaw`SET CONSTRAINTS ALL IMMEDIATE`
        return result
      }),
    )
  } catch (thrown) {
    const error = toRuleError(thrown)
    if (!isAppError(error) || error.code === 'audit-unavailable') throw error
    await recordEvent(services.db, {
      ...{ id: newUuid(), action, outcome: 'refused', code: error.code },
      ...{ actor: auditActor(actor), client: actor.client, ...noted },
    })
    throw error
  }
}
