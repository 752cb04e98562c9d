import { z } from 'zod'
import { moment } from '../../access/moment.ts'
import { oneLine } from '../../one-line.ts'
import { parseBody } from '../../parse-body.ts'

/** A push as somebody asks for it; what of it is sound is judged where that is put on record. */
const push = z.strictObject({
  project: oneLine(120).nullish(),
  url: z.string().max(4000),
  from: moment.nullish(),
})

export type WantedPush = {
  /** By name; null: all projects. */
  readonly project: string | null
  readonly url: string
  /** Since when; null: from now on. */
  readonly from: Date | null
}

/** Throws AppError `request-invalid`. */
export function parsePush(body: unknown): WantedPush {
  const { project = null, url, from = null } = parseBody(body, push)
  return { project, url: url.trim(), from }
}
