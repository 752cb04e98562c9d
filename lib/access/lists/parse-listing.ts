import { AppError } from '../../errors.ts'
import type { LookedAt } from './find-looked-at.ts'

const READINGS: Readonly<Record<string, (value: string) => LookedAt>> = {
  person: (personId) => ({ personId }),
  project: (project) => ({ project }),
  session: (sessionId) => ({ sessionId }),
  archive: (archiveId) => ({ archiveId }),
}

/**
 * What an address asks to see who may see, or what somebody may see.
 * @throws AppError `request-invalid` unless it names exactly one
 */
export function parseListing(parameters: URLSearchParams): LookedAt {
  const named = [...parameters].flatMap(([name, value]) => {
    const read = Object.hasOwn(READINGS, name) && value !== '' ? READINGS[name] : undefined
    return read === undefined ? [] : [read(value)]
  })
  const [reach, ...others] = named
  if (reach !== undefined && others.length === 0) return reach
  throw new AppError('request-invalid', 'Name one: a person, a project, a session or an archive.')
}
