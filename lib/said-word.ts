import { z } from 'zod'
import { countCharacters, LONGEST_REASON, plainText } from './plain-words.ts'

/** In a body: what somebody says beside what they decide, which may be nothing. As long as the forms let it be. */
export const saidWord = z
  .string()
  .transform((text) => plainText(text).trim())
  .refine((text) => countCharacters(text) <= LONGEST_REASON, 'must have 2,000 characters or fewer')
  .nullish()
