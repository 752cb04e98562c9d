import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { AppError, isAppError } from '../errors.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import type { Answer } from './ask.ts'
import { describeSkew } from './clock-skew.ts'
import type { Refusal, StoreAccess, StoreDialect } from './dialect.ts'
import type { ObjectFacts, ObjectStore } from './object-store.ts'
import { readRanged } from './ranged-read.ts'
import { STORE_TIMING, type StoreTiming } from './retry.ts'
import { statByFirstByte, statByHead } from './stat.ts'

export type S3Settings = {
  readonly bucket: string
  readonly region: string
  /** The address of an S3-compatible store, path style; null for Amazon's own. */
  readonly endpoint: string | null
  /** Both null: the SDK's default chain (environment, shared files, web identity, instance role). */
  readonly accessKeyId: string | null
  readonly secretAccessKey: string | null
  /** A role to assume by STS with those credentials; null for none. */
  readonly roleArn: string | null
}

/** Long enough for clocks that differ by minutes, short enough to be worthless when found. */
const SIGNED_FOR_SECONDS = 300
const COLD_CLASSES = new Set(['GLACIER', 'DEEP_ARCHIVE'])

/**
 * Archives in Amazon S3 or a store that speaks its language. The SDK signs; the bytes come by a plain ranged GET on
 * the signed address, which is nearly twice as fast as the SDK's own body.
 */
export function createS3Store(
  settings: S3Settings,
  outgoing: Outgoing,
  timing: StoreTiming = STORE_TIMING,
): ObjectStore {
  const dialect = createS3Dialect(settings, createSigner(settings, outgoing))
  const access: StoreAccess = { dialect, outgoing, timing }
  return {
    label: dialect.label,
    stat: async (key, signal) => {
      const target = { key, readFacts }
      try {
        return await statByHead(access, target, signal)
      } catch (failure) {
        // The answer to a HEAD has no body, and the store's word stands in the body.
        if (!isAppError(failure) || !saysNothing(failure)) throw failure
        return await statByFirstByte(access, target, signal)
      }
    },
    read: (key, range, pin, signal) => readRanged(access, { key, range, pin }, signal),
  } satisfies ObjectStore
}

function createSigner(settings: S3Settings, outgoing: Outgoing): S3Client {
  const { accessKeyId, secretAccessKey, roleArn, endpoint, region } = settings
  const requestHandler = { httpAgent: outgoing.agents.http, httpsAgent: outgoing.agents.https }
  const keys = accessKeyId !== null && secretAccessKey !== null ? { accessKeyId, secretAccessKey } : null
  const credentials =
    roleArn === null
      ? keys
      : fromTemporaryCredentials({
          params: { RoleArn: roleArn, RoleSessionName: 'recordroom' },
          clientConfig: { region, requestHandler },
          ...(keys !== null && { masterCredentials: keys }),
        })
  return new S3Client({
    region,
    requestHandler,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
    ...(credentials !== null && { credentials }),
  })
}

function createS3Dialect(settings: S3Settings, signer: S3Client): StoreDialect {
  const label = `s3://${settings.bucket}`
  let versionsForbidden = false
  return {
    label,

    sign: async (method, { key, versionId }) => {
      const input = {
        Bucket: settings.bucket,
        Key: key,
        ...(versionId !== null && !versionsForbidden && { VersionId: versionId }),
      }
      const command = method === 'GET' ? new GetObjectCommand(input) : new HeadObjectCommand(input)
      try {
        return { url: await getSignedUrl(signer, command, { expiresIn: SIGNED_FOR_SECONDS }), headers: {} }
      } catch (failure) {
        throw explainSigning(settings, failure)
      }
    },

    // Reading a version by its id takes a right of its own (s3:GetObjectVersion). Without it the ETag alone pins.
    renews: ({ status }, { versionId }) => {
      if (status !== 403 || versionId === null || versionsForbidden) return false
      versionsForbidden = true
      return true
    },

    explain: (refusal) => explainS3(settings, refusal),
  }
}

function readFacts(answer: Answer): Omit<ObjectFacts, 'sizeBytes'> {
  const etag = answer.header('etag')
  if (etag === null) throw new AppError('storage-misbehaved', 'The store gives no ETag to hold the file by.')
  const storageClass = answer.header('x-amz-storage-class') ?? ''
  const archiveStatus = answer.header('x-amz-archive-status')
  const restored = (answer.header('x-amz-restore') ?? '').includes('ongoing-request="false"')
  const coldTier = COLD_CLASSES.has(storageClass) ? storageClass : archiveStatus
  return { etag, versionId: answer.header('x-amz-version-id'), coldTier: restored ? null : coldTier }
}

const WORDLESS = new Set([301, 400, 403, 404, 405])

function saysNothing({ facts }: AppError): boolean {
  return facts.code === null && typeof facts.status === 'number' && WORDLESS.has(facts.status)
}

/** What S3's own word for a refusal means; null leaves it to the status. */
export function explainS3(
  settings: Pick<S3Settings, 'bucket' | 'region'>,
  refusal: Refusal,
): AppError | null {
  const { status, code } = refusal
  const label = `s3://${settings.bucket}`
  const facts = { status, code, requestId: refusal.header('x-amz-request-id') }
  const forbidden = (detail: string): AppError => new AppError('storage-forbidden', detail, { facts })

  const region =
    refusal.header('x-amz-bucket-region') ?? /<Region>([a-z0-9-]{1,32})<\/Region>/.exec(refusal.body)?.[1]
  const elsewhere = region !== undefined && region !== settings.region
  if (
    code === 'PermanentRedirect' ||
    code === 'TemporaryRedirect' ||
    (elsewhere && (status === 301 || status === 400))
  ) {
    return forbidden(
      `${label} is not in region ${settings.region}${elsewhere ? ` but in ${region}` : ''}: correct the storage target’s region or endpoint.`,
    )
  }
  switch (code) {
    case 'InvalidObjectState':
      return new AppError('archive-cold', undefined, { facts })
    case 'NoSuchBucket':
      return new AppError('storage-none', `There is no bucket ${settings.bucket} at the storage target.`, {
        facts,
      })
    case 'NoSuchVersion':
      return new AppError('archive-changed', 'The version of the file first seen is gone.', { facts })
    case 'InvalidAccessKeyId':
      return forbidden(`${label} does not know the access key (403 InvalidAccessKeyId).`)
    case 'SignatureDoesNotMatch':
      return forbidden(`${label} finds the secret access key wrong (403 SignatureDoesNotMatch).`)
    case 'ExpiredToken':
    case 'InvalidToken':
    case 'TokenRefreshRequired':
      return forbidden(`${label} refuses the temporary credentials (${status} ${code}).`)
    case 'RequestTimeTooSkewed':
      return forbidden(`${label} refuses the portal’s clock: ${describeSkew(refusal.header('date'))}.`)
    case 'AccessDenied':
      return forbidden(
        /expired|not yet valid/i.test(refusal.body)
          ? `${label} refuses the portal’s clock: ${describeSkew(refusal.header('date'))}.`
          : `${label} denies access to the file (403 AccessDenied): s3:GetObject is not allowed, or the file is missing and s3:ListBucket is not allowed.`,
      )
    default:
      return code?.startsWith('KMS.')
        ? forbidden(`${label} may not use the key the file is sealed with (${status} ${code}).`)
        : null
  }
}

/** What went wrong before the store was asked at all: no credentials, or STS says no. */
export function explainSigning(
  { bucket, roleArn }: Pick<S3Settings, 'bucket' | 'roleArn'>,
  failure: unknown,
): unknown {
  if (!(failure instanceof Error)) return failure
  if (isAppError(failure) || isAppError(failure.cause)) return isAppError(failure) ? failure : failure.cause
  const facts = { failure: failure.name, message: failure.message }
  if (failure.name === 'CredentialsProviderError') {
    return new AppError('storage-forbidden', `No credentials were found for s3://${bucket}.`, { facts })
  }
  if ('$fault' in failure && failure.$fault === 'client') {
    const what = roleArn === null ? 'The credentials' : `The role ${roleArn}`
    return new AppError(
      'storage-forbidden',
      `${what} for s3://${bucket} cannot be taken on: ${failure.name}.`,
      { facts },
    )
  }
  return failure
}
