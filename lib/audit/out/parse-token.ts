import { z } from 'zod'
import { moment } from '../../access/moment.ts'
import { oneLine } from '../../one-line.ts'
import { parseBody } from '../../parse-body.ts'

/** A token as somebody asks for it; what of it is sound is judged where that is put on record. */
const token = z.strictObject({
  name: oneLine(80),
  projects: z.array(oneLine(120)).min(1).max(100).nullish(),
  until: moment,
})

export type WantedToken = {
  /** What its program is called. */
  readonly name: string
  /** By name; null: all. */
  readonly projects: readonly string[] | null
  readonly until: Date
}

/** Throws AppError `request-invalid`. */
export function parseToken(body: unknown): WantedToken {
  const { name, projects = null, until } = parseBody(body, token)
  return { name: name.trim(), projects: projects && [...new Set(projects)], until }
}
