import type { ObjectFolder } from './object-folder.ts'
import { escapeXml } from './s3-error.ts'

const MAX_KEYS = 1000

/** The answer to ListObjectsV2. */
export async function listObjects(
  objects: ObjectFolder,
  bucket: string,
  query: URLSearchParams,
): Promise<string> {
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const max = Math.min(Number(query.get('max-keys') ?? MAX_KEYS), MAX_KEYS)
  const token = query.get('continuation-token')
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString()
  const contents: string[] = []
  const prefixes = new Set<string>()
  let last = ''
  let isTruncated = false
  for (const key of await objects.keys(bucket)) {
    if (!key.startsWith(prefix) || key <= after) continue
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    const common = cut < 0 ? null : key.slice(0, cut + delimiter.length)
    if (common !== null && (prefixes.has(common) || after.startsWith(common))) continue
    if (contents.length + prefixes.size >= max) {
      isTruncated = true
      break
    }
    last = common ?? key
    if (common !== null) {
      prefixes.add(common)
      continue
    }
    const facts = await objects.find(bucket, key)
    if (facts === null) continue
    contents.push(
      `<Contents><Key>${escapeXml(key)}</Key><LastModified>${facts.modified}</LastModified>` +
        `<ETag>&quot;${facts.etag}&quot;</ETag><Size>${facts.sizeBytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    )
  }
  const next = Buffer.from(last).toString('base64url')
  return [
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Name>${bucket}</Name><Prefix>${escapeXml(prefix)}</Prefix>`,
    `<KeyCount>${contents.length + prefixes.size}</KeyCount><MaxKeys>${max}</MaxKeys>`,
    `<IsTruncated>${isTruncated}</IsTruncated>`,
    isTruncated ? `<NextContinuationToken>${next}</NextContinuationToken>` : '',
    ...contents,
    ...[...prefixes].map(
      (common) => `<CommonPrefixes><Prefix>${escapeXml(common)}</Prefix></CommonPrefixes>`,
    ),
    '</ListBucketResult>',
  ].join('')
}
