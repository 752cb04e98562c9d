import { z } from 'zod'

/** A file that was refused, whole: every fault with its place, and no value of it. */
export class FileFaults extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'FileFaults'
    this.faults = faults
  }
}

/** `projects[0].storage[1].endpoint` */
export function renderPath(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return text.replace(/^\./, '') || 'the file'
}

/**
 * Reads a file of a given form: JSON, every field known.
 * @throws {FileFaults} one line a fault, such as `projects[0].name: is missing`
 */
export function parseFile<T>(text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(text), { error: describeIssue })
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.flatMap(nameUnknownFields)
  throw new FileFaults(issues.map(({ path, message }) => `${renderPath(path)}: ${message}`))
}

/** Reads a part of a file by the form it was seen to have, within a transform: its faults keep their places. */
export function parsePart<T>(value: unknown, schema: z.ZodType<T>, context: z.RefinementCtx): T {
  const parsed = schema.safeParse(value, { error: describeIssue })
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues.flatMap(nameUnknownFields)) {
    context.addIssue({ code: 'custom', path: issue.path, message: issue.message })
  }
  return z.NEVER
}

/** Calls back with the place of each that was there before; null is none. */
export function findRepeats(keys: readonly (string | null)[], onRepeat: (index: number) => void): void {
  const seen = new Set<string>()
  for (const [index, key] of keys.entries()) {
    if (key === null) continue
    if (seen.has(key)) onRepeat(index)
    seen.add(key)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    // The engine repeats a piece of the text in its message, and the text may hold secrets.
    const [place = ''] = /at position \d+(?: \(line \d+ column \d+\))?/.exec(String(error)) ?? []
    throw new FileFaults([`the file: is not JSON${place === '' ? '' : `, ${place}`}`])
  }
}

type Issue = { readonly path: PropertyKey[]; readonly message: string }

/** A fault of the field that should not be there, not of what holds it. */
function nameUnknownFields(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== 'unrecognized_keys') return [issue]
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not known here' }))
}

const describeIssue: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return 'is missing'
    return `must be ${TYPE_WORDS[issue.expected] ?? issue.expected}`
  }
  if (issue.code === 'invalid_union' && Array.isArray(issue.options)) {
    return `must be ${issue.options.map((option) => JSON.stringify(option)).join(' or ')}`
  }
  if (issue.code === 'invalid_value')
    return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
  return undefined
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'an object',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
}
