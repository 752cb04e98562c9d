import { z } from 'zod'
import { AppError } from '../errors.ts'
import { parseBody } from '../parse-body.ts'
import { plainText, requireWords } from '../plain-words.ts'
import type { Reason } from '../projects/reasons.ts'
import { seenCase } from '../seen-case.ts'

/** What somebody says when opening a recording. */
export type Opening = {
  readonly archiveId: string
  readonly reasonCode: string
  readonly reason: string
  readonly caseReference: string | null
}

const SHAPE = z.strictObject({
  archiveId: z.guid().transform((id) => id.toLowerCase()),
  reasonCode: z.string().max(64),
  // None at all is a reason too short, which `requireReason` says; how long a body may be bounds it.
  reason: z
    .unknown()
    .optional()
    .transform((value) => (typeof value === 'string' ? plainText(value) : '')),
  caseReference: z.string().trim().max(200).transform(seenCase).nullish(),
})

/**
 * Reads the body of `POST /viewings` and `POST /downloads`.
 * Throws `request-invalid` for another shape. The reason’s length is judged by `requireReason`, once it is known who asks.
 */
export function parseOpening(body: unknown): Opening {
  const { archiveId, reasonCode, reason, caseReference } = parseBody(body, SHAPE)
  return { archiveId, reasonCode, reason: reason.trim(), caseReference: caseReference ?? null }
}

/** Throws `reason-invalid` or `case-required` unless the opening is for one of the project’s reasons, in 10 to 2,000 characters. */
export function requireReason(opening: Opening, reasons: readonly Reason[]): void {
  requireWords('reason', opening.reason)
  const reason = reasons.find((known) => known.code === opening.reasonCode)
  if (!reason) {
    const known = reasons.map((one) => one.code).join(', ')
    throw new AppError('reason-invalid', `The reason’s code is none of this project’s: ${known}.`)
  }
  if (reason.caseRequired && !opening.caseReference) {
    throw new AppError('case-required', `“${reason.label}” needs a case reference.`)
  }
}
