/** Reads what was answered to `POST /audit/tokens`: the token, which is told once. */
export function readMadeToken(body: unknown): string | null {
  const { token } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  return typeof token === 'string' ? token : null
}
