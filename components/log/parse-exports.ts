import type { BackgroundExport } from '../../lib/audit/background/list-exports.ts'

type Told = Omit<BackgroundExport, 'askedAt' | 'endedAt' | 'expiresAt'> & {
  readonly askedAt: string
  readonly endedAt: string | null
  readonly expiresAt: string
}

/** What the address of one's own exports answers. */
export function parseExports(body: unknown): BackgroundExport[] {
  const { exports } = body as { exports: readonly Told[] }
  return exports.map((told) => ({
    ...told,
    askedAt: new Date(told.askedAt),
    endedAt: told.endedAt === null ? null : new Date(told.endedAt),
    expiresAt: new Date(told.expiresAt),
  }))
}
