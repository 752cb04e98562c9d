import type { Act } from '../access/act.ts'
import type { SecretBox } from '../keys/seal.ts'
import type { WebhookHand } from './put-webhook.ts'

/** To change a webhook by somebody's own hand. */
export function byHand({ tx, record }: Act, box: SecretBox): WebhookHand {
  return {
    ...{ tx, box },
    record: ({ action, ...facts }) => record(action, facts),
    // Whoever asked knows what they asked for.
    say: () => {},
  }
}
