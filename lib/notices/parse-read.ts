import { z } from 'zod'
import { parseBody } from '../parse-body.ts'
import { isUuid } from '../uuid.ts'

const MOST = 200

const read = z.strictObject({
  ids: z.array(z.string().refine(isUuid, 'must be an ID of a notice')).max(MOST, `must be ${MOST} or fewer`),
})

/** Throws AppError `request-invalid`. */
export function parseRead(body: unknown): z.output<typeof read> {
  return parseBody(body, read)
}
