import { bindSecret } from '../projects/secret-reference.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'

type NewWebhook = {
  readonly url: string
  readonly projectId?: string | null
  readonly events?: readonly string[]
  readonly signingSecret?: string
}

export const TEST_SIGNING_SECRET = `whsec_${Buffer.alloc(32, 'a test’s').toString('base64')}`

/** For tests: a webhook that stands, put there by nobody in particular. */
export async function layWebhook({ db, secrets }: Services, webhook: NewWebhook): Promise<string> {
  const { url, projectId = null, events = ['request.made'], signingSecret = TEST_SIGNING_SECRET } = webhook
  const id = newUuid()
  const sealed = secrets.seal(signingSecret, bindSecret('webhooks', id))
  await db.webhook.create({
    data: {
      ...{ id, url, projectId, events: [...events], createdBy: newUuid() },
      secrets: { signingSecret: { sealed } },
    },
  })
  return id
}

/** For tests: events on their way to a webhook, due now. */
export async function layDeliveries({ db }: Services, webhookId: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, newUuid)
  await db.webhookDelivery.createMany({
    data: ids.map((id, index) => ({
      ...{ id, webhookId, event: 'request.made' },
      body: { type: 'request.made', timestamp: new Date().toISOString(), data: { index: String(index) } },
    })),
  })
  return ids
}
