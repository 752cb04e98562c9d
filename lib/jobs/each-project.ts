import { AppError, isAppError } from '../errors.ts'
import type { Services } from '../services.ts'

export type Work = {
  readonly projectIds: readonly string[]
  readonly limitMs: number
  readonly run: (projectId: string, signal: AbortSignal) => Promise<void>
  /** A project's failure; the others go on. */
  readonly onFailure: (projectId: string, error: unknown) => Promise<void>
}

const AT_ONCE = 3

/** Does something for each project, a few at once, each with its time. Being stopped is no failure. */
export async function forEachProject(services: Services, work: Work, signal: AbortSignal): Promise<void> {
  const left = [...work.projectIds]
  const take = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined && !signal.aborted; id = left.shift()) {
      await doOne(services, { ...work, projectId: id }, signal)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, take))
}

async function doOne(
  { log }: Services,
  { projectId, limitMs, run, onFailure }: Work & { readonly projectId: string },
  signal: AbortSignal,
): Promise<void> {
  const limit = AbortSignal.timeout(limitMs)
  try {
    await run(projectId, AbortSignal.any([signal, limit]))
  } catch (cause) {
    if (signal.aborted) return
    const error = limit.aborted && !isAppError(cause) ? tookTooLong(limitMs, cause) : cause
    const facts = isAppError(error) ? { code: error.code, ...error.facts } : { code: 'internal', err: error }
    log.error({ projectId, ...facts }, isAppError(error) ? error.detail : 'a recorder could not be read')
    await onFailure(projectId, error)
  }
}

function tookTooLong(limitMs: number, cause: unknown): AppError {
  const minutes = Math.round(limitMs / 60_000)
  return new AppError('recorder-unavailable', `The recorder could not be read within ${minutes} minutes.`, {
    cause,
  })
}
