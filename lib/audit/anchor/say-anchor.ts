import type { AuditAnchor } from '../../env.ts'
import { placeUnder } from '../../storage/deposit.ts'

/** The anchor in a word without a secret, as its deposit is labelled and its progress is noted. */
export function sayAnchor(anchor: AuditAnchor): string {
  switch (anchor.kind) {
    case 's3':
      return `s3://${placeUnder(anchor.bucket, anchor.prefix)}`.replace(/\/+$/, '')
    case 'azure':
      return `azure://${placeUnder(anchor.container, anchor.prefix)}`.replace(/\/+$/, '')
    case 'file':
      return `file:${anchor.folder}`
  }
}
