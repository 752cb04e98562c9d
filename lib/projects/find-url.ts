import { planPlayability } from '../archives/playability.ts'
import { AppError } from '../errors.ts'
import type { FindUrl } from '../storage/cloud.ts'
import type { Recorder } from '../vonage/client.ts'

/** Asks the recorder for the address of the moment of an archive in its cloud, or says why there is none. */
export function createFindUrl(recorder: Recorder): FindUrl {
  return async (archiveId, signal) => {
    const archive = await recorder.getArchive(archiveId, signal)
    if (archive === null) throw new AppError('archive-deleted')
    if (archive.url !== null) return archive.url
    const { code } = planPlayability({ ...archive, failureCode: null, unlistedAt: null })
    if (code !== null) throw new AppError(code)
    // Uploaded since, or `available` without an address.
    throw new AppError('archive-missing', 'The recorder gives no address for its copy of the file.')
  }
}
