/** What Postgres said when it refused something: SQLSTATE and sentence. */
export type Refusal = { readonly code: string; readonly message: string }

/** The refusal behind an error of Prisma; null for any other error. Prisma wraps the driver's error, but not at a commit. */
export function findRefusal(error: unknown): Refusal | null {
  for (let each = error, depth = 0; isObject(each) && depth < 6; depth += 1) {
    if (typeof each.originalCode === 'string' && typeof each.originalMessage === 'string')
      return { code: each.originalCode, message: each.originalMessage }
    const wrapped: unknown = isObject(each.meta) ? each.meta.driverAdapterError : undefined
    each = wrapped ?? each.cause
  }
  return null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
