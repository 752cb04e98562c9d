import { AppError } from '../../errors.ts'
import { plainText } from '../../plain-words.ts'

export type PullQuery = {
  /** The `next` of the answer before; null at the first. */
  readonly after: string | null
  readonly limit: number
}

const USUAL_LIMIT = 500
const MOST = 1_000
const LONGEST_CURSOR = 64
const KNOWN: ReadonlySet<string> = new Set(['after', 'limit'])

/** Reads what a program asks for. Throws `request-invalid` for what is not known or not of its form. */
export function parsePull(given: URLSearchParams): PullQuery {
  for (const name of given.keys()) {
    if (!KNOWN.has(name)) throw invalid(`${plainText(name).slice(0, 40)}: is not known here.`)
    if (given.getAll(name).length > 1) throw invalid(`${name}: is given more than once.`)
  }
  return { after: readAfter(given.get('after')), limit: readLimit(given.get('limit')) }
}

function readAfter(text: string | null): string | null {
  if (text !== null && text.length > LONGEST_CURSOR)
    throw invalid('after: is not a cursor that this address gave.')
  return text
}

function readLimit(text: string | null): number {
  if (text === null) return USUAL_LIMIT
  const limit = /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MOST) throw invalid(`limit: must be a whole number from 1 to ${MOST}.`)
  return limit
}

function invalid(detail: string): AppError {
  return new AppError('request-invalid', detail)
}
