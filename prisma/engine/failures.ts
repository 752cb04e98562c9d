import pg from 'pg'

const messageOf = (error: unknown): string =>
  error instanceof Error && error.message !== '' ? error.message : String(error)

/** In the codes of Prisma's error reference. */
export function describeConnectionFailure(error: unknown): { error_code: string; message: string } {
  const code = error instanceof pg.DatabaseError ? error.code : undefined
  if (code === '3D000')
    return { error_code: 'P1003', message: `Database does not exist: ${messageOf(error)}` }
  if (code === '28P01' || code === '28000')
    return { error_code: 'P1000', message: `Authentication failed: ${messageOf(error)}` }
  return { error_code: 'P1001', message: `Can't reach database server: ${messageOf(error)}` }
}

/** What the WebAssembly engine threw, as the native one's JSON-RPC error. */
export function parseFailure(error: unknown): Record<string, unknown> {
  const { code, message, meta } = error as { code?: unknown; message?: unknown; meta?: unknown }
  const known = typeof code === 'string' && /^P\d{4}$/.test(code)
  const text = typeof message === 'string' ? message : String(error)
  return {
    code: 4466,
    message: known ? 'An error happened. Check the data field for details.' : text,
    data: { is_panic: false, message: text, meta: meta ?? null, ...(known ? { error_code: code } : {}) },
  }
}
