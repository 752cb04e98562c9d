import type { PrismaClient } from '../../../prisma/client/client.ts'
import { act } from '../../access/act.ts'
import { can } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { isUuid, newUuid } from '../../uuid.ts'
import type { WantedFilter } from './parse-filter-body.ts'

export type SavedFilter = WantedFilter & { readonly filterId: string }

const MOST = 100

/** What somebody saved, by name. */
export async function listSavedFilters(db: PrismaClient, personId: string): Promise<SavedFilter[]> {
  const rows = await withinDeadline(
    db.savedFilter.findMany({
      where: { personId, removedAt: null },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
    }),
  )
  return rows.map(({ id, name, parameters }) => ({
    filterId: id,
    name,
    parameters: parseParameters(parameters),
  }))
}

function parseParameters(value: unknown): Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null ? { ...(value as Record<string, string>) } : {}
}

/**
 * Saves a filter for oneself; one of the same name gives way. On record, of what it looks for only which things they are.
 * Refused on record: `forbidden`, `request-invalid` when there are too many.
 */
export async function saveFilter(
  services: Services,
  actor: Actor,
  { name, parameters }: WantedFilter,
): Promise<{ readonly filterId: string }> {
  const filterId = newUuid()
  const about = { target: { kind: 'filter', id: filterId } }
  return act(services, { actor, action: 'filter.changed', about }, async (doing) => {
    requireReader(doing.actor)
    const { personId } = actor
    const { tx } = doing
    await tx.savedFilter.updateMany({
      where: { personId, name, removedAt: null },
      data: { removedAt: new Date() },
    })
    if ((await tx.savedFilter.count({ where: { personId, removedAt: null } })) >= MOST)
      throw new AppError('request-invalid', `You have ${MOST} filters already. Remove one first.`)
    await tx.savedFilter.create({ data: { id: filterId, personId, name, parameters } })
    await doing.record('filter.changed', { after: { saved: true, by: Object.keys(parameters) } })
    return { filterId }
  })
}

/** Removes one of one's own; one that is not there is as good as removed. On record when there was one. */
export async function removeFilter(services: Services, actor: Actor, filterId: string): Promise<void> {
  if (!isUuid(filterId)) return
  const about = { target: { kind: 'filter', id: filterId.toLowerCase() } }
  await act(services, { actor, action: 'filter.changed', about }, async (doing) => {
    requireReader(doing.actor)
    const { count } = await doing.tx.savedFilter.updateMany({
      where: { id: filterId, personId: actor.personId, removedAt: null },
      data: { removedAt: new Date() },
    })
    if (count > 0) await doing.record('filter.changed', { after: { saved: false } })
  })
}

function requireReader({ roles }: Actor): void {
  if (!can(roles, 'audit:read')) throw new AppError('forbidden')
}
