import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { parseBody } from '../../parse-body.ts'
import { plainText } from '../../plain-words.ts'
import { LOG_FILTER_PARAMETERS, parseLogFilter } from '../log-filter.ts'

const LONGEST_VALUE = 2000

const body = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .refine((text) => !/\p{Cc}/u.test(text), 'must not hold control characters'),
  parameters: z.partialRecord(z.enum(LOG_FILTER_PARAMETERS), z.string().max(LONGEST_VALUE)),
})

export type WantedFilter = {
  readonly name: string
  /** As the address of the log's page takes them, those alone that hold something. */
  readonly parameters: Readonly<Record<string, string>>
}

/** A filter to save. Throws `request-invalid` for one that the log's page would not take, or that asks for nothing. */
export function parseFilterBody(given: unknown): WantedFilter {
  const { name, parameters } = parseBody(given, body)
  const held = Object.fromEntries(
    Object.entries(parameters).flatMap(([key, value]) => {
      const text = plainText(value ?? '').trim()
      return text === '' ? [] : [[key, text]]
    }),
  )
  const { filter, faults } = parseLogFilter(held)
  const [fault] = faults
  if (fault !== undefined) throw new AppError('request-invalid', fault)
  if (Object.keys(filter).length === 0)
    throw new AppError('request-invalid', 'There is nothing in this filter to save.')
  return { name, parameters: held }
}
