// What the figures are measured on: the stack, the load, large recordings, and a portal for each figure.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { controlDatabase, type DatabaseControl } from '../stack/database-control.ts'
import { encryptRecording, type LargeSample, leavePlain, makeRecording } from '../stack/large-sample.ts'
import { type LaidArchive, layArchive } from '../stack/lay-archive.ts'
import { type Portal, startPortal } from '../stack/portal.ts'
import type { TemporaryStack } from '../stack/temporary-stack.ts'
import { searchFor, signIn, type Visitor } from '../stack/visitor.ts'
import { type Load, startLoad } from './load-process.ts'

export type Stage = {
  readonly stack: TemporaryStack
  readonly load: Load
  readonly database: DatabaseControl
  /** Made once, however often they are wanted. */
  readonly sample: (which: SampleName) => Promise<LargeSample>
  /** The file of a sample before it was encrypted. */
  readonly plain: (which: SampleName) => Promise<string>
  /** Starts a portal for as long as `use` takes. */
  withPortal<T>(
    environment: Readonly<Record<string, string>>,
    use: (portal: Portal, visitor: Visitor) => Promise<T>,
  ): Promise<T>
  /** Has a sample recorded, and the portal know of it. */
  lay(visitor: Visitor, which: SampleName): Promise<LaidArchive>
  /** An address of the store itself, signed as whoever holds its key would. */
  signStoreUrl(archive: LaidArchive): Promise<string>
  stop(): Promise<void>
}

export type SampleName = keyof typeof SAMPLES

const SAMPLES = {
  'mp4-encrypted': { container: 'mp4', sizeBytes: 300e6, isEncrypted: true },
  'mp4-plain': { container: 'mp4', sizeBytes: 300e6, isEncrypted: false },
  /** A megabit a second for four hours and a half. */
  'ts-encrypted': { container: 'ts', sizeBytes: 2e9, isEncrypted: true },
} as const

/** What all of them take, what is decrypted by hand beside them, and the database. */
export const STAGE_BYTES = 12e9

export function prepareStage(stack: TemporaryStack): Stage {
  const load = startLoad()
  const database = controlDatabase(stack)
  const made = new Map<SampleName, Promise<LargeSample>>()
  const plain = (which: SampleName): Promise<string> => makeRecording(stack.folder, SAMPLES[which])
  const make = async (which: SampleName): Promise<LargeSample> =>
    SAMPLES[which].isEncrypted ? encryptRecording(await plain(which)) : leavePlain(await plain(which))
  const sample = (which: SampleName): Promise<LargeSample> => {
    const known = made.get(which) ?? make(which)
    made.set(which, known)
    return known
  }
  return {
    ...{ stack, load, database, sample, plain },
    async withPortal(environment, use) {
      const told = { ...stack.environment, ...environment }
      const portal = await startPortal({ portalUrl: stack.portalUrl, environment: told }, stack.portalLog)
      try {
        const [reviewer] = stack.reviewers
        if (reviewer === undefined) throw new Error('Nobody may play.')
        return await use(portal, await signIn(stack.portalUrl, reviewer))
      } finally {
        await portal.stop()
      }
    },
    async lay(visitor, which) {
      const archive = await layArchive(stack.info, await sample(which))
      const found = await searchFor(visitor, archive.sessionId)
      if (!found.includes(archive.archiveId))
        throw new Error(`The portal does not find ${archive.archiveId}.`)
      return archive
    },
    signStoreUrl: (archive) => signStoreUrl(stack, archive),
    async stop() {
      await load.stop()
      await database.stop()
    },
  }
}

function signStoreUrl({ info }: TemporaryStack, { key }: LaidArchive): Promise<string> {
  const { endpoint, region, accessKeyId, secretAccessKey, bucket } = info.s3
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
  return getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: 3600 })
}
