// What has been recorded in the demo's two projects, and where it lies.
import { createHash } from 'node:crypto'
import { toUuid } from './recorder/behaviour.ts'
import type { NewArchive } from './recorder/recorded-archive.ts'
import { getSample, type Sample, samplePath } from './samples.ts'
import { createSessionId } from './session-id.ts'

export type DemoProject = {
  readonly name: string
  readonly region: string
  readonly unit: string
  readonly apiKey: string
}

export const PROJECTS: readonly [DemoProject, DemoProject] = [
  { name: 'Retail EU', region: 'eu', unit: 'retail', apiKey: '47201101' },
  { name: 'Private Clients UK', region: 'uk', unit: 'private', apiKey: '47201202' },
]

type Purpose = {
  /** What it is there to show; unique. */
  readonly name: string
  readonly project: 0 | 1
  /** Archives of one session share this; its own name when left out. */
  readonly session?: string
  readonly hoursAgo: number
  readonly status: string
  readonly sample: string | null
  readonly storage: 's3' | 'azure' | 'cloud' | null
  /** What is wrong with it; nothing when left out. */
  readonly fault?: 'cut' | 'missing' | 'empty' | 'foreign-key' | 'malformed-password'
}

const DAY = 24

const PURPOSES: readonly Purpose[] = [
  {
    name: 'advice',
    project: 0,
    hoursAgo: 5 * DAY,
    status: 'uploaded',
    sample: 'advice.mpegts',
    storage: 's3',
  },
  {
    name: 'three-1',
    project: 0,
    session: 'three',
    hoursAgo: 8 * DAY + 1,
    status: 'uploaded',
    sample: 'three-1.mpegts',
    storage: 's3',
  },
  {
    name: 'three-2',
    project: 0,
    session: 'three',
    hoursAgo: 8 * DAY + 0.98,
    status: 'uploaded',
    sample: 'three-2.mpegts',
    storage: 's3',
  },
  {
    name: 'three-3',
    project: 0,
    session: 'three',
    hoursAgo: 8 * DAY,
    status: 'uploaded',
    sample: 'three-3.mpegts',
    storage: 's3',
  },
  {
    name: 'azure',
    project: 0,
    hoursAgo: 70 * DAY,
    status: 'uploaded',
    sample: 'azure.mpegts',
    storage: 'azure',
  },
  {
    name: 'audio',
    project: 0,
    hoursAgo: 12 * DAY,
    status: 'uploaded',
    sample: 'audio.mpegts',
    storage: 's3',
  },
  {
    name: 'encrypted-mp4',
    project: 0,
    hoursAgo: 14 * DAY,
    status: 'uploaded',
    sample: 'encrypted.mp4',
    storage: 's3',
  },
  {
    name: 'mp4-front',
    project: 0,
    hoursAgo: 20 * DAY,
    status: 'uploaded',
    sample: 'front.mp4',
    storage: 's3',
  },
  { name: 'mp4-end', project: 0, hoursAgo: 21 * DAY, status: 'uploaded', sample: 'end.mp4', storage: 's3' },
  { name: 'cloud', project: 0, hoursAgo: 6, status: 'available', sample: 'cloud.mp4', storage: 'cloud' },
  {
    name: 'other-project',
    project: 1,
    hoursAgo: 9 * DAY,
    status: 'uploaded',
    sample: 'other.mpegts',
    storage: 's3',
  },
  {
    name: 'individual',
    project: 0,
    hoursAgo: 25 * DAY,
    status: 'uploaded',
    sample: 'individual.zip',
    storage: 's3',
  },
  { name: 'recording', project: 0, hoursAgo: 0.1, status: 'started', sample: null, storage: null },
  { name: 'failed', project: 0, hoursAgo: 11 * DAY, status: 'failed', sample: null, storage: null },
  { name: 'expired', project: 0, hoursAgo: 30 * DAY, status: 'expired', sample: null, storage: null },
  {
    name: 'missing',
    project: 0,
    hoursAgo: 16 * DAY,
    status: 'uploaded',
    sample: 'three-2.mpegts',
    storage: 's3',
    fault: 'missing',
  },
  {
    name: 'cut',
    project: 0,
    hoursAgo: 17 * DAY,
    status: 'uploaded',
    sample: 'three-1.mpegts',
    storage: 's3',
    fault: 'cut',
  },
  {
    name: 'empty',
    project: 0,
    hoursAgo: 18 * DAY,
    status: 'uploaded',
    sample: 'three-1.mpegts',
    storage: 's3',
    fault: 'empty',
  },
  {
    name: 'foreign-key',
    project: 0,
    hoursAgo: 19 * DAY,
    status: 'uploaded',
    sample: 'three-3.mpegts',
    storage: 's3',
    fault: 'foreign-key',
  },
  {
    name: 'malformed-password',
    project: 0,
    hoursAgo: 22 * DAY,
    status: 'uploaded',
    sample: 'three-2.mpegts',
    storage: 's3',
    fault: 'malformed-password',
  },
  {
    name: 'no-recording',
    project: 0,
    hoursAgo: 23 * DAY,
    status: 'uploaded',
    sample: 'text.mpegts',
    storage: 's3',
  },
]

/** One archive of the demo: what the recorder says of it, and the object that is to lie in a store. */
export type DemoArchive = {
  readonly name: string
  readonly project: DemoProject
  readonly archive: NewArchive
  readonly sample: Sample | null
  readonly storage: 's3' | 'azure' | 'cloud' | null
  readonly plays: boolean
  /** Null when nothing lies there. */
  readonly object: { readonly key: string; readonly path: string; readonly sizeBytes: number } | null
}

/** The demo's archives with a purpose, dated back from `startMs`. */
export function listDemoArchives({
  startMs,
  firstStartMs,
}: {
  startMs: number
  firstStartMs: number
}): DemoArchive[] {
  return PURPOSES.map((purpose) => {
    const project = PROJECTS[purpose.project]
    const sample = purpose.sample === null ? null : getSample(purpose.sample)
    const id = toUuid(createHash('sha256').update(`archive ${purpose.name}`).digest().subarray(0, 16))
    const session = purpose.session ?? purpose.name
    const firstOfSession = PURPOSES.find((other) => (other.session ?? other.name) === session) ?? purpose
    const sessionAt = new Date(firstStartMs - (firstOfSession.hoursAgo + 0.05) * 3_600_000)
    const createdAtMs = Math.floor(startMs - purpose.hoursAgo * 3_600_000)
    const durationSeconds = Math.round(sample?.durationSeconds ?? 0)
    const archive: NewArchive = {
      ...{ id, apiKey: project.apiKey, createdAtMs, durationSeconds, status: purpose.status },
      sessionId: createSessionId(project.apiKey, sessionAt, session),
      name: '',
      reason: purpose.status === 'failed' ? 'failure' : purpose.status === 'started' ? '' : 'user initiated',
      updatedAtMs: createdAtMs + durationSeconds * 1000 + 9_000,
      hasVideo: sample?.hasVideo ?? true,
      outputMode: sample?.container === 'zip' ? 'individual' : 'composed',
      sizeBytes: sample?.sizeBytes ?? (purpose.status === 'expired' ? 1_234_567 : 0),
      sha256sum: sample === null ? '' : Buffer.from(sample.sha256, 'hex').toString('base64'),
      password: passwordOf(purpose, sample),
      file: purpose.storage === 'cloud' && sample !== null ? samplePath(sample.name) : null,
    }
    const plays = purpose.fault === undefined && (sample?.container === 'ts' || sample?.container === 'mp4')
    const object = objectOf(purpose, sample, `${project.apiKey}/${id}`)
    return { name: purpose.name, project, archive, sample, storage: purpose.storage, plays, object }
  })
}

function passwordOf({ fault }: Purpose, sample: Sample | null): string {
  if (fault === 'malformed-password') return Buffer.from('no wrapped key').toString('base64')
  return (fault === 'foreign-key' ? sample?.foreignPassword : sample?.password) ?? ''
}

function objectOf({ storage, fault }: Purpose, sample: Sample | null, prefix: string): DemoArchive['object'] {
  if (sample === null || storage === 'cloud' || storage === null || fault === 'missing') return null
  const extension = sample.certificate !== null ? 'ts' : sample.container
  // Whole blocks, as an upload leaves that broke off between two of them.
  const cutBytes = Math.floor((sample.sizeBytes * 0.6) / 16) * 16
  const sizeBytes = fault === 'cut' ? cutBytes : fault === 'empty' ? 0 : sample.sizeBytes
  return { key: `${prefix}/archive.${extension}`, path: samplePath(sample.name), sizeBytes }
}
