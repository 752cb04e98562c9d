import type { Actor } from '../../auth/actor.ts'
import { isAppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { isLarge } from '../export/is-large.ts'
import type { ParsedLogFilter } from '../log-filter.ts'
import { type BackgroundExport, listExports } from './list-exports.ts'

export type ExportsPage = {
  /** Whether what fits is more than people wait for. */
  readonly isLarge: boolean
  /** One's own. */
  readonly exports: readonly BackgroundExport[]
  /** A sentence for what could not be read; then nothing can be exported. */
  readonly faults: readonly string[]
}

/** What somebody may export by a filter, and what they have had made. Throws `audit-unavailable`. */
export async function readExportsPage(
  services: Services,
  actor: Actor,
  { filter, faults }: Pick<ParsedLogFilter, 'filter' | 'faults'>,
): Promise<ExportsPage> {
  const exports = await listExports(services, actor)
  if (faults.length > 0) return { isLarge: false, exports, faults }
  try {
    return { isLarge: await isLarge(services, actor, filter), exports, faults }
  } catch (error) {
    if (isAppError(error, 'request-invalid')) return { isLarge: false, exports, faults: [error.detail] }
    throw error
  }
}
