import { AppError } from '../errors.ts'
import type { ReadRange } from '../http/byte-range.ts'
import type { Services } from '../services.ts'
import type { OpenRecording } from './open-recordings.ts'
import { readPlaintext } from './plan-reading.ts'

/**
 * Where an open recording’s plaintext is read from. Throws `storage-none` when the target it was found in is not the
 * project’s any more.
 */
export async function findSource(services: Services, recording: OpenRecording): Promise<ReadRange> {
  const { object } = recording.plan
  const project = await services.projects.get(recording.projectId)
  const store =
    object.targetId === null
      ? project.cloud
      : project.stores.find(({ targetId }) => targetId === object.targetId)?.store
  if (!store) throw new AppError('storage-none')
  return readPlaintext({ store, object, key: recording.key })
}
