import { z } from 'zod'
import { parseBody } from '../../parse-body.ts'
import { saidWord } from '../../said-word.ts'
import { moment } from '../moment.ts'
import { type Right, ROLES } from '../permissions.ts'

const decision = z.strictObject({
  approve: z.boolean(),
  until: moment.nullish(),
  rights: z.array(z.enum(ROLES.reviewer)).min(1, 'must hold one right at least').max(20).nullish(),
  word: saidWord,
})
const approval = z.strictObject({ approve: z.boolean(), word: saidWord })
const verdict = z.strictObject({ verdict: z.enum(['keep', 'remove']), word: saidWord })
const revoking = z.strictObject({ word: saidWord })

/** Reads the body of `POST /access/requests/{id}/decision`. Throws `request-invalid`. */
export function parseDecision(body: unknown): {
  readonly approve: boolean
  readonly until: Date | null
  readonly rights: readonly Right[] | null
  readonly word: string | null
} {
  const { approve, until, rights, word } = parseBody(body, decision)
  return { approve, until: until ?? null, rights: rights ?? null, word: word || null }
}

/** Reads the body of `POST /access/grants/{id}/approval`. Throws `request-invalid`. */
export function parseApproval(body: unknown): { readonly approve: boolean; readonly word: string | null } {
  const { approve, word } = parseBody(body, approval)
  return { approve, word: word || null }
}

/** Reads the body of `POST /access/grants/{id}/review`. Throws `request-invalid`. */
export function parseVerdict(body: unknown): {
  readonly verdict: 'keep' | 'remove'
  readonly word: string | null
} {
  const read = parseBody(body, verdict)
  return { verdict: read.verdict, word: read.word || null }
}

/** Reads what `DELETE /access/grants/{id}` may say; nothing at all is as good. Throws `request-invalid`. */
export function parseRevoking(body: unknown): { readonly word: string | null } {
  return { word: parseBody(body ?? {}, revoking).word || null }
}
