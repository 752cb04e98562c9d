import type { z } from 'zod'
import { AppError } from './errors.ts'
import { plainText } from './plain-words.ts'

/** Of a field that is not known, so much of its name is told. */
const MOST_CHARACTERS = 64

/**
 * A request's body, by its schema.
 * @throws AppError `request-invalid`, naming the first field at fault
 */
export function parseBody<T>(body: unknown, schema: z.ZodType<T>): T {
  const read = schema.safeParse(body)
  if (read.success) return read.data
  throw new AppError('request-invalid', sayFault(read.error.issues))
}

/** What is not known comes first: it is often what seems to be missing, misspelt. */
function sayFault(issues: readonly z.core.$ZodIssue[]): string {
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue
    const name = [...plainText([...issue.path, issue.keys[0]].join('.'))]
    return `${name.slice(0, MOST_CHARACTERS).join('')}: is not known here.`
  }
  const [fault] = issues
  return `${fault?.path.join('.') || 'the body'}: ${fault?.message ?? 'not understood'}.`
}
