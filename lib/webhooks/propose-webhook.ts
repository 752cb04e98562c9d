import type { Act } from '../access/act.ts'
import type { SecretBox } from '../keys/seal.ts'
import type { ChangePayload } from '../projects/change-payload.ts'
import { proposeChange } from '../projects/propose-change.ts'
import { byHand } from './by-hand.ts'
import type { Place, Project } from './lock-place.ts'

export type WebhookProposal = {
  readonly place: Place
  readonly guarded: Project
  readonly webhookId: string
  /** What would be done, in words. */
  readonly line: string
  readonly payload: Extract<ChangePayload, { kind: 'webhook' }>
}

/** Puts a change of a webhook down to wait for a second administrator. Answers the change. */
export async function proposeWebhook(
  doing: Act,
  box: SecretBox,
  { place, guarded, webhookId, line, payload }: WebhookProposal,
): Promise<string> {
  const { actor } = doing
  return proposeChange(
    { ...byHand(doing, box), project: guarded },
    {
      payload,
      summary: { lines: [line], forAll: place.project === null, webhookId },
      proposedBy: { personId: actor.personId, name: actor.name },
    },
  )
}
