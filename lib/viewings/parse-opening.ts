import { z } from 'zod'
import { AppError } from '../errors.ts'
import type { Reason } from '../projects/reasons.ts'

/** What somebody says when opening a recording. */
export type Opening = {
  readonly archiveId: string
  readonly reasonCode: string
  readonly reason: string
  readonly caseReference: string | null
}

const SHAPE = z.object({
  archiveId: z.guid().transform((id) => id.toLowerCase()),
  reasonCode: z.string().max(64),
  // None at all is a reason too short, which `requireReason` says; how long a body may be bounds it.
  reason: z
    .unknown()
    .optional()
    .transform((value) => (typeof value === 'string' ? plain(value) : '')),
  caseReference: z.string().trim().max(200).transform(plain).nullish(),
})

/** Text that can be put on record: whole characters, and of those that control only the ends of lines and tabs. */
function plain(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\n\r\t]/gu, '')
}

/**
 * Reads the body of `POST /viewings` and `POST /downloads`.
 * Throws `request-invalid` for another shape. The reason’s length is judged by `requireReason`, once it is known who asks.
 */
export function parseOpening(body: unknown): Opening {
  const read = SHAPE.safeParse(body)
  if (!read.success) {
    const fault = read.error.issues[0]
    const where = fault?.path.join('.') || 'the body'
    throw new AppError('request-invalid', `${where}: ${fault?.message ?? 'not understood'}.`)
  }
  return {
    archiveId: read.data.archiveId,
    reasonCode: read.data.reasonCode,
    reason: read.data.reason.trim(),
    caseReference: read.data.caseReference || null,
  }
}

/** Throws `reason-invalid` or `case-required` unless the opening is for one of the project’s reasons, in 10 to 2,000 characters. */
export function requireReason(opening: Opening, reasons: readonly Reason[]): void {
  const length = [...opening.reason].length
  // What cannot be seen is no reason.
  const seen = [...opening.reason.replace(/\p{Cf}/gu, '').trim()].length
  if (seen < 10 || length > 2000) {
    const count = length > 2000 ? length : seen
    throw new AppError('reason-invalid', `The reason has ${count} characters; it needs 10 to 2,000.`)
  }
  const reason = reasons.find((known) => known.code === opening.reasonCode)
  if (!reason) {
    const known = reasons.map((one) => one.code).join(', ')
    throw new AppError('reason-invalid', `The reason’s code is none of this project’s: ${known}.`)
  }
  if (reason.caseRequired && !opening.caseReference) {
    throw new AppError('case-required', `“${reason.label}” needs a case reference.`)
  }
}
