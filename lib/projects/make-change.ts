import { makeLogChange } from '../audit/retention/make-log-change.ts'
import { AppError } from '../errors.ts'
import { putWebhook, takeWebhook } from '../webhooks/put-webhook.ts'
import { applyCertificates } from './apply-certificates.ts'
import { applyRules } from './apply-rules.ts'
import { applyStorage } from './apply-storage.ts'
import type { Applying } from './applying.ts'
import type { ChangePayload } from './change-payload.ts'

const ASK_AGAIN = 'Refuse it, and have it proposed again.'

/**
 * Makes a change as a projects file would that is applied at once, and says what it does, a line each.
 * @throws AppError `change-unfit` when what it would do is not there any more
 */
export async function makeChange(applying: Applying, payload: ChangePayload): Promise<void> {
  switch (payload.kind) {
    case 'storage':
      await applyStorage(applying, payload.storage)
      break
    case 'certificates':
      await applyCertificates(applying, payload.certificates)
      break
    case 'rules':
      await applyRules(applying, payload.rules)
      break
    case 'log-retention':
    case 'log-hold':
    case 'log-erasure':
      return makeLogChange(applying, payload)
    case 'webhook':
      if (payload.add !== null) await putWebhook(applying, payload.add)
      if (payload.remove !== null && !(await takeWebhook(applying, payload.remove)))
        throw new AppError('change-unfit', `The webhook was removed already. ${ASK_AGAIN}`)
      return
  }
  // Open projects are held by this time.
  await applying.tx.project.update({ where: { id: applying.project.id }, data: { updatedAt: new Date() } })
}
