/** Where archives are uploaded, without anything secret: the column `settings` of a storage target. */
export type StorageSettings =
  | {
      readonly kind: 's3'
      readonly bucket: string
      readonly region: string
      readonly endpoint: string | null
      readonly accessKeyId: string | null
      readonly roleArn: string | null
    }
  | {
      readonly kind: 'azure'
      readonly accountName: string
      readonly container: string
      readonly domain: string | null
    }

/** Two targets are the same when this is: the rest of what is set may change. */
export function storageIdentity(settings: StorageSettings): string {
  return JSON.stringify(
    settings.kind === 's3'
      ? ['s3', settings.bucket, settings.endpoint?.replace(/\/+$/, '') ?? null]
      : ['azure', settings.accountName, settings.container],
  )
}

/** As people call it: `s3://calls`. */
export function storageLabel(settings: StorageSettings): string {
  return settings.kind === 's3' ? `s3://${settings.bucket}` : `azure://${settings.container}`
}

/** Reads a storage target's row; null when it has another form. */
export function parseStorageSettings(kind: string, column: unknown): StorageSettings | null {
  if (typeof column !== 'object' || column === null) return null
  const fields = new Map<string, unknown>(Object.entries(column))
  const read = (name: string): string | null => {
    const value = fields.get(name)
    return typeof value === 'string' && value !== '' ? value : null
  }
  if (kind === 's3') {
    const bucket = read('bucket')
    if (bucket === null) return null
    return {
      kind,
      bucket,
      region: read('region') ?? 'us-east-1',
      endpoint: read('endpoint'),
      accessKeyId: read('accessKeyId'),
      roleArn: read('roleArn'),
    }
  }
  const accountName = read('accountName')
  const container = read('container')
  if (kind !== 'azure' || accountName === null || container === null) return null
  return { kind, accountName, container, domain: read('domain') }
}
