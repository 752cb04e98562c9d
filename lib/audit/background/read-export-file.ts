import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { describeFile, type ExportFile } from '../export/export-log.ts'
import { parseExport } from '../export/parse-export.ts'
import { recordExport } from '../export/record-export.ts'
import type { GivenParameters } from '../log-filter.ts'
import { mayExport, toScope } from '../out/scope.ts'
import { openFileKey } from './file-key.ts'
import { type OwnExport, requireOwnExport } from './own-export.ts'
import { openChunk } from './seal-chunk.ts'

/**
 * The file of an export of one's own. That it is fetched is on record before its first byte.
 * Throws `export-unready`, and `forbidden` also for one with rows that they may export no more.
 */
export async function readExportFile(
  services: Services,
  actor: Actor,
  exportId: string,
): Promise<ExportFile> {
  const own = await requireOwnExport(services, actor, exportId)
  const query = parseExport(parseAsked(own.asked))
  const { format } = query
  if (own.state !== 'done' || own.isExpired || own.sealedKey === null || format === null) {
    await recordExport(
      services,
      actor,
      { ...query, exportId },
      { outcome: 'refused', code: 'export-unready' },
    )
    throw new AppError('export-unready')
  }
  if (!mayExport(actor.roles, toScope({ forAll: own.forAll, projectIds: own.projectIds ?? [] }))) {
    await recordExport(services, actor, { ...query, exportId }, { outcome: 'refused', code: 'forbidden' })
    throw new AppError('forbidden')
  }
  const key = openFileKey(services.secrets, { exportId: own.exportId, sealedKey: own.sealedKey })
  return {
    ...describeFile({ ...query, format }, own.askedAt),
    async *read(signal) {
      await recordExport(services, actor, { ...query, exportId, isFetched: true }, { outcome: 'allowed' })
      yield* readChunks(services, { ...own, key }, signal)
    },
  }
}

async function* readChunks(
  { db }: Services,
  { exportId, attempt, chunks, key }: OwnExport & { readonly key: Uint8Array },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let number = 0; number < chunks; number += 1) {
    signal.throwIfAborted()
    const [chunk] = await db.$queryRaw<{ sealed: Uint8Array }[]>`
      SELECT sealed FROM log_export_chunks
      WHERE export_id = ${exportId}::uuid AND attempt = ${attempt} AND number = ${number}`
    if (chunk === undefined) throw new Error('a chunk of an export is missing')
    yield openChunk(chunk.sealed, key, { exportId, attempt, number, isLast: number === chunks - 1 })
  }
}

export function parseAsked(asked: unknown): GivenParameters {
  return asked as GivenParameters
}
