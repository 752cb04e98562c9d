// Has one more archive recorded: the recorder knows of it, and its file lies in the store.
import { randomUUID } from 'node:crypto'
import { createSessionId } from './session-id.ts'
import type { StackInfo } from './stack.ts'

export type NewRecording = {
  /** As it is to lie in the store. */
  readonly file: string
  readonly sizeBytes: number
  /** The wrapped key in base64; null when it is not encrypted. */
  readonly password: string | null
  /** By name; the first when left out. */
  readonly project?: string
}

export type LaidArchive = {
  readonly archiveId: string
  readonly sessionId: string
  /** Of its object. */
  readonly key: string
}

/** The two servers' addresses for tests; the file stays where it is and is read from there. */
type Places = Pick<StackInfo, 'projects' | 's3'>

/** Old enough to be settled. */
const AGE_MS = 10 * 86_400_000

export async function layArchive({ projects, s3 }: Places, recording: NewRecording): Promise<LaidArchive> {
  const project = projects.find(({ name }) => recording.project === undefined || name === recording.project)
  if (project === undefined) throw new Error(`The stack has no project ${recording.project ?? ''}.`)
  const { apiKey, apiUrl } = project
  const { file, sizeBytes, password } = recording
  const createdAtMs = Date.now() - AGE_MS
  const archiveId = randomUUID()
  const sessionId = createSessionId(apiKey, new Date(createdAtMs), archiveId)
  const key = `${apiKey}/${archiveId}/archive.${password === null ? 'mp4' : 'ts'}`
  await order(`${s3.endpoint}/-/objects`, { action: 'link', bucket: s3.bucket, key, source: { file } })
  const archive = { id: archiveId, apiKey, sessionId, createdAtMs, status: 'uploaded', sizeBytes }
  await order(`${apiUrl}/-/archives`, [{ ...archive, password: password ?? '' }])
  return { archiveId, sessionId, key }
}

/** Turns a byte of an archive's file over, as if another had been uploaded in its place. */
export async function alterFile({ s3 }: Places, { key }: LaidArchive, offset: number): Promise<void> {
  await order(`${s3.endpoint}/-/objects`, { action: 'alter', bucket: s3.bucket, key, offset })
}

async function order(url: string, what: unknown): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(what) })
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`)
}
