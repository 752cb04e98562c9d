// What a PUT asks for besides: that something is there or is not, and that it may not be deleted for a while.
import type { IncomingMessage } from 'node:http'
import type { DefaultRetention, ObjectFolder } from './object-folder.ts'
import { S3Error } from './s3-error.ts'

type Put = { readonly request: IncomingMessage; readonly bucket: string; readonly key: string }

export async function requireConditions(objects: ObjectFolder, { request, bucket, key }: Put): Promise<void> {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers
  if (ifMatch === undefined && ifNoneMatch === undefined) return
  const facts = await objects.find(bucket, key)
  if (ifNoneMatch === '*' && facts === null) return
  if (ifMatch !== undefined && facts === null)
    throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.')
  if (ifMatch !== undefined && ifMatch === `"${facts?.etag}"`) return
  throw new S3Error(
    412,
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
  )
}

/** The lock that an object comes under, by its own headers or by the bucket's default; null for none. */
export async function readLock(
  objects: ObjectFolder,
  { request, bucket }: Put,
): Promise<Record<string, string> | null> {
  const { headers } = request
  const retention = await objects.findLock(bucket)
  const mode = headers['x-amz-object-lock-mode']
  const until = headers['x-amz-object-lock-retain-until-date']
  if (retention === null) {
    if (mode === undefined) return null
    throw new S3Error(400, 'InvalidRequest', 'Bucket is missing Object Lock Configuration')
  }
  const isSummed = Object.keys(headers).some((name) => /^(content-md5|x-amz-checksum-.+)$/.test(name))
  if (!isSummed) {
    const needed = 'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests'
    throw new S3Error(400, 'InvalidRequest', `${needed} with Object Lock parameters`)
  }
  if ((mode === undefined) !== (until === undefined))
    throw new S3Error(400, 'InvalidArgument', 'x-amz-object-lock-retain-until-date and mode go together')
  const byDefault = new Date(Date.now() + retention.days * 86_400_000).toISOString()
  return {
    'x-amz-object-lock-mode': String(mode ?? retention.mode),
    'x-amz-object-lock-retain-until-date': String(until ?? byDefault),
  }
}

/** The answer to GetObjectLockConfiguration. */
export function sayLock(retention: DefaultRetention | null): string {
  if (retention === null) {
    const none = 'Object Lock configuration does not exist for this bucket'
    throw new S3Error(404, 'ObjectLockConfigurationNotFoundError', none)
  }
  const { mode, days } = retention
  const rule = `<Rule><DefaultRetention><Mode>${mode}</Mode><Days>${days}</Days></DefaultRetention></Rule>`
  return `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`
}
