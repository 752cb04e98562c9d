import { z } from 'zod'
import { parseBody } from '../parse-body.ts'
import { plainText } from '../plain-words.ts'

const decision = z.strictObject({
  approve: z.boolean('must be true or false'),
  word: z.string().max(2000, 'must have 2,000 characters or fewer').nullish(),
})

/** Throws AppError `request-invalid`. */
export function parseChangeDecision(body: unknown): { approve: boolean; word: string | null } {
  const { approve, word } = parseBody(body, decision)
  const said = plainText(word ?? '').trim()
  return { approve, word: said === '' ? null : said }
}
