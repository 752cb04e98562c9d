import type { Prisma } from '../../prisma/client/client.ts'
import { newUuid } from '../uuid.ts'
import type { NoticeKind } from './notice-kind.ts'

export type Told = {
  readonly kind: NoticeKind
  /** Who is told in the product, by person. Nobody twice, and not whoever did it. */
  readonly to: readonly string[]
  /** The project it is about; null: several, or none that is known. */
  readonly projectId: string | null
  /** The region, or the unit, whose projects it is about. */
  readonly region?: string | null
  readonly unit?: string | null
  /** Who among them may not know yet which project it is about. */
  readonly unnamedTo?: readonly string[]
  /** Ids, times, and names of projects, regions, units, people and groups; nothing of a reason, and no mail. */
  readonly about: Readonly<Record<string, string | null>>
}

/** Tells people in the product, and puts the same on its way to the webhooks that want it, in the caller's transaction. */
export async function tell(tx: Prisma.TransactionClient, told: Told): Promise<void> {
  const { kind, to, projectId, region = null, unit = null, unnamedTo = [] } = told
  const about = { ...told.about }
  await tx.notice.createMany({
    data: [...new Set(to)].map((personId) => ({
      ...{ id: newUuid(), personId, kind },
      about: unnamedTo.includes(personId) ? { ...about, project: null } : about,
    })),
  })
  const webhooks = await tx.webhook.findMany({
    where: {
      removedAt: null,
      events: { has: kind },
      OR: [
        { projectId: null },
        ...(projectId === null ? [] : [{ projectId }]),
        ...(region === null ? [] : [{ project: { region } }]),
        ...(unit === null ? [] : [{ project: { unit } }]),
      ],
    },
    select: { id: true },
  })
  await tx.webhookDelivery.createMany({
    data: webhooks.map(({ id: webhookId }) => ({
      ...{ id: newUuid(), webhookId, event: kind },
      body: { type: kind, timestamp: new Date().toISOString(), data: { projectId, ...about } },
    })),
  })
}
