import { z } from 'zod'
import { parseBody } from '../parse-body.ts'
import { saidWord } from '../said-word.ts'

const decision = z.strictObject({ approve: z.boolean('must be true or false'), word: saidWord })

/** Throws AppError `request-invalid`. */
export function parseChangeDecision(body: unknown): { approve: boolean; word: string | null } {
  const { approve, word } = parseBody(body, decision)
  return { approve, word: word || null }
}
