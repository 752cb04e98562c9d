import { AppError, isAppError } from '../errors.ts'
import type { OpenProject } from '../projects/project-registry.ts'
import type { ObjectFacts, ObjectStore } from '../storage/object-store.ts'
import type { PinnedObject } from './viewing.ts'

/** What the catalogue knows of an archive that helps to find its object. */
export type Sought = {
  readonly archiveId: string
  readonly status: string
  readonly encrypted: boolean
  /** Where it was found before. */
  readonly storageTargetId: string | null
  readonly objectKey: string | null
}

export type Located = {
  readonly store: ObjectStore
  readonly object: PinnedObject
  readonly facts: ObjectFacts
}

/**
 * Finds an archive’s object: an available one in the recorder’s cloud, an uploaded one where it was found before, else
 * in each of the project’s targets, newest first, since old archives stay where they were uploaded.
 * Throws `archive-missing` when it is in none, `storage-none` when there is none, or what the store says.
 */
export async function locateObject(
  project: OpenProject,
  sought: Sought,
  signal: AbortSignal,
): Promise<Located> {
  if (sought.status === 'available') {
    const facts = await project.cloud.stat(sought.archiveId, signal)
    return locate({ store: project.cloud, targetId: null, key: sought.archiveId, facts })
  }
  if (project.stores.length === 0) {
    throw new AppError(
      'storage-none',
      'The project has no storage target. An administrator can add the one this archive was uploaded to.',
    )
  }
  let refusal: unknown = null
  for (const { targetId, store, key } of planPlaces(project, sought)) {
    try {
      return locate({ store, targetId, key, facts: await store.stat(key, signal) })
    } catch (error) {
      // Another target may still hold it; what kept us from looking is told only when none does.
      if (!isAppError(error) || signal.aborted) throw error
      if (error.code !== 'archive-missing') refusal ??= error
    }
  }
  if (refusal) throw refusal
  throw new AppError(
    'archive-missing',
    'The file is in none of the project’s storage targets. An administrator can find out who removed it.',
  )
}

type Place = { readonly targetId: string; readonly store: ObjectStore; readonly key: string }

/** The recorder’s page: `<key>/<archiveId>/archive.ts` when encrypted, else `archive.mp4`; names are not to be trusted, so both are tried. */
function planPlaces(project: OpenProject, sought: Sought): Place[] {
  const names = sought.encrypted ? ['archive.ts', 'archive.mp4'] : ['archive.mp4', 'archive.ts']
  const places = names.flatMap((name) =>
    project.stores.map(({ targetId, store }) => ({
      targetId,
      store,
      key: `${project.recorderKey}/${sought.archiveId}/${name}`,
    })),
  )
  const isKnown = (place: Place): boolean =>
    place.targetId === sought.storageTargetId && place.key === sought.objectKey
  return places.toSorted((a, b) => Number(isKnown(b)) - Number(isKnown(a)))
}

function locate(found: {
  store: ObjectStore
  targetId: string | null
  key: string
  facts: ObjectFacts
}): Located {
  const { store, targetId, key, facts } = found
  if (facts.coldTier) {
    throw new AppError(
      'archive-cold',
      `The file is in the tier “${facts.coldTier}” and must be restored before it can be played.`,
    )
  }
  const { etag, versionId, sizeBytes } = facts
  return { store, facts, object: { targetId, key, etag, versionId, sizeBytes } }
}
