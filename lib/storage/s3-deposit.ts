import { createHash } from 'node:crypto'
import {
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  type ObjectLockMode,
  type ObjectLockRetentionMode,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { AppError, isAppError } from '../errors.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import { DEPOSIT_LIMIT_MS, type Deposit, MOST_BYTES, placeUnder } from './deposit.ts'
import { explainConnection } from './retry.ts'
import { explainS3, explainSigning } from './s3.ts'

export type S3DepositSettings = {
  readonly bucket: string
  readonly prefix: string
  /** The address of an S3-compatible store, path style; null for Amazon's own. */
  readonly endpoint: string | null
}

/** How long the bucket keeps what is put there, by its own default. */
type Retention = { readonly mode: ObjectLockRetentionMode; readonly days: number; readonly years: number }

const DAY_MS = 86_400_000
const PRECONDITION_FAILED = 412
const NOT_IMPLEMENTED = 501

/**
 * A bucket, or a prefix in it, as a deposit. Region and credentials come by the SDK's own chain. Where the bucket has
 * object lock with a default retention, that is put on each kept file in so many words, so that it can be seen there.
 */
export function createS3Deposit(settings: S3DepositSettings, outgoing: Outgoing): Deposit {
  const { bucket, prefix, endpoint } = settings
  const label = `s3://${placeUnder(bucket, prefix)}`.replace(/\/+$/, '')
  const client = new S3Client({
    requestHandler: { httpAgent: outgoing.agents.http, httpsAgent: outgoing.agents.https },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
  })
  let retention: Retention | null | undefined
  // Stores that do not know conditional writes say so, and then one looks before one writes.
  let isConditional = true

  const asked = async <T>(
    work: (abortSignal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    const both = AbortSignal.any([signal, AbortSignal.timeout(DEPOSIT_LIMIT_MS)])
    try {
      return await work(both)
    } catch (failure) {
      if (statusOf(failure) !== null || signal.aborted) throw failure
      if (both.aborted) throw new AppError('storage-unavailable', `${label} has not answered in time.`)
      const explained = explainSigning({ bucket, roleArn: null }, failure)
      throw isAppError(explained) ? explained : explainConnection(label, failure, signal)
    }
  }

  const explain = async (failure: unknown): Promise<unknown> => {
    const status = statusOf(failure)
    if (status === null || !(failure instanceof Error)) return failure
    const code = failure.name
    const headers = headersOf(failure)
    const header = (name: string): string | null => headers[name] ?? null
    if (code === 'AccessDenied')
      return new AppError(
        'storage-forbidden',
        `${label} denies access (${status} AccessDenied): s3:PutObject and s3:GetObject must be allowed, with object lock s3:PutObjectRetention too.`,
      )
    const region = await client.config.region().catch(() => 'unknown')
    const known = explainS3({ bucket, region }, { status, code, header, body: '' })
    if (known !== null) return known
    const isPassing = status >= 500 && status !== NOT_IMPLEMENTED
    return new AppError(
      isPassing || status === 429 || status === 409 ? 'storage-unavailable' : 'storage-misbehaved',
      `The answer of ${label} is ${status} ${code}.`,
    )
  }

  const find: Deposit['find'] = async (name, signal) => {
    try {
      return await asked(async (abortSignal) => {
        const Key = placeUnder(prefix, name)
        const command = new GetObjectCommand({ Bucket: bucket, Key, Range: `bytes=0-${MOST_BYTES - 1}` })
        const { Body, ETag = '' } = await client.send(command, { abortSignal })
        return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), mark: ETag }
      }, signal)
    } catch (failure) {
      const code = failure instanceof Error ? failure.name : ''
      if (code === 'NoSuchKey') return null
      // A file without a byte has no first part.
      if (code === 'InvalidRange') return { bytes: new Uint8Array(), mark: headersOf(failure).etag ?? '' }
      throw await explain(failure)
    }
  }

  const findRetention = (signal: AbortSignal): Promise<Retention | null> =>
    asked(async (abortSignal) => {
      const command = new GetObjectLockConfigurationCommand({ Bucket: bucket })
      const { ObjectLockConfiguration: lock } = await client.send(command, { abortSignal })
      const { Mode, Days = 0, Years = 0 } = lock?.Rule?.DefaultRetention ?? {}
      return Mode === undefined ? null : { mode: Mode, days: Days, years: Years }
    }, signal).catch(async (failure: unknown) => {
      const status = statusOf(failure)
      // No lock, no word of it in this store, or not to be asked: then the bucket's own default still holds.
      if (status !== null && status !== 429 && (status < 500 || status === NOT_IMPLEMENTED)) return null
      throw await explain(failure)
    })

  type Condition = { readonly IfNoneMatch: '*' } | { readonly IfMatch: string }
  type Lock = { ObjectLockMode?: ObjectLockMode; ObjectLockRetainUntilDate?: Date }

  const put = async (
    name: string,
    bytes: Uint8Array,
    { condition, lock, signal }: { condition: Condition; lock: Lock; signal: AbortSignal },
  ): Promise<boolean> => {
    const Key = placeUnder(prefix, name)
    if (!isConditional) {
      const kept = await find(name, signal)
      if ('IfMatch' in condition ? kept?.mark !== condition.IfMatch : kept !== null) return false
    }
    try {
      await asked(async (abortSignal) => {
        const command = new PutObjectCommand({
          ...{ Bucket: bucket, Key, Body: bytes, ContentType: 'application/octet-stream' },
          // Asked for wherever an object is put under a lock.
          ChecksumSHA256: createHash('sha256').update(bytes).digest('base64'),
          ...(isConditional && condition),
          ...lock,
        })
        await client.send(command, { abortSignal })
      }, signal)
      return true
    } catch (failure) {
      const status = statusOf(failure)
      const isGone = status === 404 && failure instanceof Error && failure.name === 'NoSuchKey'
      if (status === PRECONDITION_FAILED || isGone) return false
      if (status === NOT_IMPLEMENTED && isConditional) {
        isConditional = false
        return await put(name, bytes, { condition, lock, signal })
      }
      throw await explain(failure)
    }
  }

  return {
    label,
    find,
    create: async (name, bytes, signal) => {
      // Asked once, also where there is none.
      if (retention === undefined) retention = await findRetention(signal)
      const lock =
        retention === null
          ? {}
          : { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: endOf(retention, new Date()) }
      const isWritten = await put(name, bytes, { condition: { IfNoneMatch: '*' }, lock, signal })
      return isWritten ? 'written' : 'there'
    },
    replace: async (name, bytes, { mark, signal }) => {
      const condition: Condition = mark === null ? { IfNoneMatch: '*' } : { IfMatch: mark }
      return (await put(name, bytes, { condition, lock: {}, signal })) ? 'written' : 'moved'
    },
  }
}

function endOf({ days, years }: Retention, now: Date): Date {
  const end = new Date(now.getTime() + days * DAY_MS)
  end.setUTCFullYear(end.getUTCFullYear() + years)
  return end
}

/** The status that the store answered; null when it did not come to that. */
function statusOf(failure: unknown): number | null {
  const metadata: unknown = failure instanceof Error && '$metadata' in failure ? failure.$metadata : null
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null
}

function headersOf(failure: unknown): Record<string, string> {
  const response: unknown = failure instanceof Error && '$response' in failure ? failure.$response : null
  if (typeof response !== 'object' || response === null || !('headers' in response)) return {}
  const { headers } = response
  return typeof headers === 'object' && headers !== null ? { ...headers } : {}
}
