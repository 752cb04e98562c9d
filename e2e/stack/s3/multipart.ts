// Uploads in parts: begun, filled part by part, joined or given up.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Description, type ObjectFacts, type ObjectFolder, writeWhole } from './object-folder.ts'
import { S3Error } from './s3-error.ts'

type Place = { readonly bucket: string; readonly key: string }

export type Uploads = {
  begin(place: Place, description: Description): Promise<string>
  putPart(uploadId: string, number: number, part: { body: Readable; sha256: string | null }): Promise<string>
  complete(
    place: Place,
    uploadId: string,
    numbers: readonly number[],
  ): Promise<ObjectFacts & { joinedEtag: string }>
  abort(uploadId: string): Promise<void>
}

export function openUploads(folder: string, objects: ObjectFolder): Uploads {
  function requireFolder(uploadId: string): string {
    const path = join(folder, uploadId)
    if (/^[0-9a-f-]{36}$/.test(uploadId) && existsSync(path)) return path
    throw new S3Error(404, 'NoSuchUpload', 'The specified multipart upload does not exist.')
  }
  return {
    async begin(_place, description) {
      const uploadId = randomUUID()
      await mkdir(join(folder, uploadId), { recursive: true })
      await writeFile(join(folder, uploadId, 'description.json'), JSON.stringify(description))
      return uploadId
    },
    async putPart(uploadId, number, { body, sha256 }) {
      const { etag } = await writeWhole(body, join(requireFolder(uploadId), `${number}.part`), sha256)
      await writeFile(join(requireFolder(uploadId), `${number}.etag`), etag)
      return etag
    },
    async complete({ bucket, key }, uploadId, numbers) {
      const path = requireFolder(uploadId)
      const present = new Set(await readdir(path))
      if (numbers.length === 0 || !numbers.every((number) => present.has(`${number}.part`))) {
        throw new S3Error(400, 'InvalidPart', 'One or more of the specified parts could not be found.')
      }
      const md5 = createHash('md5')
      for (const number of numbers) {
        md5.update(Buffer.from(await readFile(join(path, `${number}.etag`), 'utf8'), 'hex'))
      }
      async function* joined(): AsyncGenerator<Buffer> {
        for (const number of numbers) yield* createReadStream(join(path, `${number}.part`))
      }
      const description = parseDescription(await readFile(join(path, 'description.json'), 'utf8'))
      const body = Readable.from(joined())
      const facts = await objects.put(bucket, key, { body, sha256: null, ...description })
      const joinedEtag = `${md5.digest('hex')}-${numbers.length}`
      await writeFile(`${objects.path(bucket, key)}.json`, JSON.stringify({ ...facts, etag: joinedEtag }))
      await rm(path, { recursive: true })
      return { ...facts, joinedEtag }
    },
    async abort(uploadId) {
      await rm(requireFolder(uploadId), { recursive: true })
    },
  }
}

function parseDescription(text: string): Description {
  return JSON.parse(text) as Description
}
