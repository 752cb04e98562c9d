import type { AuditAnchor } from '../../env.ts'
import type { Outgoing } from '../../outgoing/outgoing.ts'
import { createAzureDeposit } from '../../storage/azure-deposit.ts'
import type { Deposit } from '../../storage/deposit.ts'
import { createFolderDeposit } from '../../storage/folder-deposit.ts'
import { createS3Deposit } from '../../storage/s3-deposit.ts'

/** The place that `AUDIT_ANCHOR` names. */
export function openAnchor(anchor: AuditAnchor, outgoing: Outgoing): Deposit {
  switch (anchor.kind) {
    case 's3':
      return createS3Deposit(anchor, outgoing)
    case 'azure':
      return createAzureDeposit({ ...anchor.account, ...anchor }, outgoing)
    case 'file':
      return createFolderDeposit(anchor.folder)
  }
}
