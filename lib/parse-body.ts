import type { z } from 'zod'
import { AppError } from './errors.ts'

/**
 * A request's body, by its schema.
 * @throws AppError `request-invalid`, naming the first field at fault
 */
export function parseBody<T>(body: unknown, schema: z.ZodType<T>): T {
  const read = schema.safeParse(body)
  if (read.success) return read.data
  const [fault] = read.error.issues
  const where = fault?.path.join('.') || 'the body'
  throw new AppError('request-invalid', `${where}: ${fault?.message ?? 'not understood'}.`)
}
