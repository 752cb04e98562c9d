import type { Act } from '../access/act.ts'
import { AppError } from '../errors.ts'
import { isUuid } from '../uuid.ts'

/** Something that is on its way to a webhook, was given up or was taken. */
export type Delivery = {
  readonly webhookId: string
  readonly event: string
  readonly isDead: boolean
  readonly isDelivered: boolean
}

/** Throws `forbidden` where it is not there, as where it is not theirs. */
export async function getDelivery({ tx }: Act, deliveryId: string): Promise<Delivery> {
  if (!isUuid(deliveryId)) throw new AppError('forbidden')
  const [row] = await tx.$queryRaw<Delivery[]>`
    SELECT webhook_id AS "webhookId", event, dead_at IS NOT NULL AS "isDead", delivered_at IS NOT NULL AS "isDelivered"
    FROM webhook_deliveries WHERE id = ${deliveryId}::uuid`
  if (row === undefined) throw new AppError('forbidden')
  return row
}
