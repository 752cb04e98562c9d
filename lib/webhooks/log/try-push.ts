import { act } from '../../access/act.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { toLoggedId } from '../../uuid.ts'
import { webhookHost } from '../check-webhook.ts'
import { openSigningSecret } from '../open-signing-secret.ts'
import { sendTest, type TriedWebhook } from '../try-webhook.ts'
import { lockPush } from './lock-push.ts'

/**
 * Sends an event of kind `test` to where the log is pushed, at once and once, which is on record before; nothing of the
 * log. Throws `forbidden`, on record, and `webhook-invalid` for one that has ended or whose secret cannot be opened.
 */
export async function tryPush(services: Services, actor: Actor, pushId: string): Promise<TriedWebhook> {
  const about = { target: { kind: 'log-push', id: toLoggedId(pushId) } }
  const target = await act(services, { actor, action: 'webhook.changed', about }, async (doing) => {
    const push = await lockPush(doing, pushId)
    if (push.isEnded) throw new AppError('webhook-invalid', 'This push has ended.')
    const signingSecret = openSigningSecret(services.secrets, push)
    if (signingSecret === null)
      throw new AppError(
        'webhook-invalid',
        'What it signs with cannot be opened with SECRETS_KEY. End it and add it again.',
      )
    await doing.record('webhook.changed', { after: { did: 'tried', host: webhookHost(push.url) } })
    return { url: push.url, signingSecret }
  })
  return sendTest(services, target, pushId)
}
