import type { Prisma } from '../../prisma/client/client.ts'
import type { AuditEvent } from '../audit/event.ts'
import { recordEvent } from '../audit/record.ts'
import { type Actor, auditActor } from '../auth/actor.ts'
import { inTime, withinDeadline } from '../database.ts'
import { findRefusal } from '../database-refusal.ts'
import { type ErrorCode, isAppError } from '../errors.ts'
import { LONGEST_REASON } from '../plain-words.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { readHeldRoles } from './read-held-roles.ts'
import { toRuleError } from './rule-broken.ts'

/** What a row of an act says besides who did it and how it went. */
export type ActFacts = Partial<Omit<AuditEvent, 'id' | 'action' | 'outcome' | 'actor' | 'client' | 'code'>>

export type Act = {
  readonly tx: Prisma.TransactionClient
  /** With the roles held at this moment: one may have been taken since they came in. */
  readonly actor: Actor
  /** Adds to what the act's rows say, a refusal's too. */
  readonly note: (facts: ActFacts) => void
  /** Puts an act of the actor's on record, with what was noted so far. */
  readonly record: (action: AuditEvent['action'], facts?: ActFacts) => Promise<void>
}

/** How an act is on record: by which action, and about what. */
export type Deed = { readonly action: AuditEvent['action']; readonly about: ActFacts }

/** The same by the fields of what somebody asks for, which may not be such as can be read. */
export type DeedOf = (said: Readonly<Record<string, unknown>>) => Deed

const DEADLOCK = '40P01'

type Doing = Deed & { readonly actor: Actor }

/**
 * Does something to somebody's access, in one transaction with its rows of the log. What refuses it is on record before
 * it is told, by the action that was tried. A rule that only the database saw broken is told in the same words. The work
 * may be done twice, the first time for nothing: what it does outside of its transaction stays.
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
  const workOnRecord = async (tx: Prisma.TransactionClient): Promise<T> => {
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
    const result = await work({
      tx,
      actor: { ...actor, roles: await readHeldRoles(tx, actor.personId) },
      note,
      record,
    })
    // What is judged at the end of a transaction is judged here, where it can be told.
    await tx.$executeRaw`SET CONSTRAINTS ALL IMMEDIATE`
    return result
  }
  const begun = performance.now()
  const doOnce = (): Promise<T> => services.db.$transaction(inTime(begun, workOnRecord))
  try {
    return await withinDeadline(
      doOnce().catch((thrown: unknown) => {
        // Of two that wait for each other the database undoes one, whole, and lets the other go on.
        if (findRefusal(thrown)?.code !== DEADLOCK) throw thrown
        noted = about
        return doOnce()
      }),
    )
  } catch (thrown) {
    const error = toRuleError(thrown)
    if (!isAppError(error) || error.code === 'audit-unavailable') throw error
    await recordRefused(services, { actor, action, about: noted }, error.code)
    throw error
  }
}

/** Puts on record that something was tried and refused. */
export async function recordRefused(
  { db }: Services,
  { actor, action, about }: Doing,
  code: ErrorCode,
): Promise<void> {
  const { reason } = about
  await recordEvent(db, {
    ...{ id: newUuid(), action, outcome: 'refused', code },
    ...{ actor: auditActor(actor), client: actor.client, ...about },
    // Of one that is refused for its length, the beginning is kept.
    ...(reason !== undefined && { reason: [...reason].slice(0, LONGEST_REASON).join('') }),
  })
}
