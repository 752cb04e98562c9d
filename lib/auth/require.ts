import { headers } from 'next/headers'
import { forbidden, redirect } from 'next/navigation'
import { holdsGrant } from '../access/grants.ts'
import { can, isRight, type Permission } from '../access/permissions.ts'
import { recordEvent } from '../audit/record.ts'
import { withinDeadline } from '../database.ts'
import { isDatabaseGone } from '../database-gone.ts'
import { AppError } from '../errors.ts'
import { findClient } from '../http/client.ts'
import { type Services, services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { type Actor, type Asking, auditActor, readAsking, touchSignIn } from './actor.ts'
import { toLoggedAddress } from './logged-address.ts'
import { countRefusal } from './refusal-count.ts'

/**
 * For handlers: who is asking. Does not count as activity by itself, because a paused player's heartbeat must not: a
 * handler that is one calls `touchSignIn`.
 * @throws AppError `sign-in-required`, `sign-in-expired`
 */
export async function requireActor(request: Request): Promise<Actor> {
  const asking = await readAsking(services(), request.headers)
  if (asking.kind === 'actor') return asking.actor
  throw refuseSignedOut(request.headers, asking)
}

/**
 * For handlers: who is asking, and that they may. Counts as activity. A refusal is on record before it is told.
 * @throws AppError `sign-in-required`, `sign-in-expired`, `forbidden`
 */
export async function requirePermission(request: Request, permission: Permission): Promise<Actor> {
  const actor = await requireActor(request)
  await touchSignIn(services(), actor.signInId)
  if (await holds(services(), actor, permission)) return actor
  await recordRefusal(services(), actor, { address: new URL(request.url).pathname, permission })
  throw new AppError('forbidden')
}

/** For pages: who is asking; somebody signed out is led to sign in and back to `here`, the page's own path and query. */
export async function requirePageActor(here: string): Promise<Actor> {
  const given = await headers()
  const asking = await inPage(readAsking(services(), given))
  if (asking.kind !== 'actor') {
    refuseSignedOut(given, asking)
    redirect(signInAddress(here, asking))
  }
  await inPage(touchSignIn(services(), asking.actor.signInId))
  return asking.actor
}

/** For pages: who is asking, and that they may; else the page that says no. A refusal is on record before it is shown. */
export async function requirePagePermission(permission: Permission, here: string): Promise<Actor> {
  const actor = await requirePageActor(here)
  if (await inPage(holds(services(), actor, permission))) return actor
  await inPage(recordRefusal(services(), actor, { address: here.replace(/\?.*$/s, ''), permission }))
  forbidden()
}

/**
 * Whether an actor may pass the door of a permission. What concerns recordings needs a grant in force that carries it;
 * for which recordings is asked again where they are read.
 */
export async function holds(services: Services, actor: Actor, permission: Permission): Promise<boolean> {
  if (!can(actor.roles, permission)) return false
  if (!isRight(permission)) return true
  return withinDeadline(holdsGrant(services.db, actor.personId, permission))
}

function refuseSignedOut(given: Headers, asking: Asking): AppError {
  const code = asking.kind === 'ended' ? 'sign-in-expired' : 'sign-in-required'
  countRefusal(services(), findClient(given), code)
  return new AppError(code)
}

async function recordRefusal(
  services: Services,
  actor: Actor,
  refused: { readonly address: string; readonly permission: Permission },
): Promise<void> {
  await recordEvent(services.db, {
    id: newUuid(),
    action: 'address.refused',
    outcome: 'refused',
    code: 'forbidden',
    actor: auditActor(actor),
    client: actor.client,
    target: { kind: 'permission', id: refused.permission },
    after: { address: toLoggedAddress(refused.address) },
  })
}

function signInAddress(here: string, asking: Asking): string {
  const query = new URLSearchParams({ callbackUrl: here })
  if (asking.kind === 'ended') query.set('error', 'SignInEnded')
  return `/sign-in?${query}`
}

/** A page's error reaches the error page as its digest alone, so the code travels in it. */
async function inPage<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isDatabaseGone(error)) throw new AppError('audit-unavailable', undefined, { cause: error })
    throw error
  }
}
