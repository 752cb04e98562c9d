import type { Prisma } from '../../prisma/client/client.ts'
import { newUuid } from '../uuid.ts'

/** What people and other programs are told, each with what it means. Other programs rely on it: add, never rename. */
export const NOTICE_KINDS = {
  'request.made': 'Somebody asks for access.',
  'request.approved': 'A request was approved.',
  'request.refused': 'A request was refused.',
  'request.lapsed': 'A request lapsed undecided.',
  'grant.awaiting': 'A grant waits for a second administrator.',
  'grant.given': 'A grant was given, or approved, and counts.',
  'grant.refused': 'A grant was refused by a second administrator, or lapsed.',
  'grant.revoked': 'A grant was taken back.',
  'grant.ending': 'A grant is about to end.',
  'change.awaiting': 'A change of a project waits for a second administrator.',
  'change.decided': 'A change of a project was approved or refused.',
} as const satisfies Record<string, string>

export type NoticeKind = keyof typeof NOTICE_KINDS

export type Told = {
  readonly kind: NoticeKind
  /** Who is told in the product, by person. Nobody twice, and not whoever did it. */
  readonly to: readonly string[]
  /** The project it is about; null: several, or none that is known. */
  readonly projectId: string | null
  /** Ids and names of projects and people; nothing of a reason, and no mail. */
  readonly about: Readonly<Record<string, string | null>>
}

/** Tells people in the product, and puts the same on its way to the webhooks that want it, in the caller's transaction. */
export async function tell(tx: Prisma.TransactionClient, told: Told): Promise<void> {
  const { kind, to, projectId } = told
  const about = { ...told.about }
  await tx.notice.createMany({
    data: [...new Set(to)].map((personId) => ({ id: newUuid(), personId, kind, about })),
  })
  const webhooks = await tx.webhook.findMany({
    where: {
      removedAt: null,
      events: { has: kind },
      OR: [{ projectId: null }, ...(projectId === null ? [] : [{ projectId }])],
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
