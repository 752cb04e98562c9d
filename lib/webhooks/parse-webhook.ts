import { z } from 'zod'
import { parseBody } from '../parse-body.ts'

/** A webhook as somebody asks for it; what of it is sound is judged where that is put on record. */
const webhook = z.strictObject({
  project: z
    .string()
    .max(120)
    .refine((name) => !/\p{Cc}/u.test(name), 'must not hold control characters')
    .nullish(),
  url: z.string().max(4000),
  events: z.array(z.string().max(64)).max(100),
})

export type WantedWebhook = {
  /** By name; null: all projects. */
  readonly project: string | null
  readonly url: string
  readonly events: readonly string[]
}

/** Throws AppError `request-invalid`. */
export function parseWebhook(body: unknown): WantedWebhook {
  const { project = null, url, events } = parseBody(body, webhook)
  return { project, url: url.trim(), events }
}
