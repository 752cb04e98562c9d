// Where a project's archives are uploaded to: `PUT` and `DELETE` of `…/archive/storage`.
import { RecorderError } from './recorder-error.ts'

const NEEDED: Record<string, readonly string[]> = {
  s3: ['bucket', 'accessKey', 'secretKey'],
  azure: ['accountName', 'accountKey', 'container'],
}

/** Checks the body of a PUT and gives it back. */
export function parseStorageTarget(text: string): Record<string, unknown> {
  const target = parseBody(text)
  const needed = NEEDED[String(target.type)]
  if (needed === undefined)
    throw new RecorderError(400, 'Invalid JSON body: type is missing or not supported')
  const config = typeof target.config === 'object' && target.config !== null ? target.config : {}
  for (const name of needed) {
    if (!(name in config)) throw new RecorderError(400, `Invalid JSON body: config.${name} is missing`)
  }
  return target
}

/** A JSON object; an empty body counts as one without fields. */
export function parseBody(text: string): Record<string, unknown> {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {}
  throw new RecorderError(400, 'Invalid JSON body')
}
