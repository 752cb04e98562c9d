// What the recorder knows of one archive, and how it says it.
export type RecordedArchive = {
  readonly id: string
  readonly apiKey: string
  readonly sessionId: string
  readonly name: string
  readonly status: string
  readonly reason: string
  /** With its milliseconds; the wire has them only in the answer to a start. */
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly sizeBytes: number
  /** Of the recording; the wire has 0 for an encrypted one. */
  readonly durationSeconds: number
  readonly outputMode: 'composed' | 'individual'
  readonly streamMode: 'auto' | 'manual'
  readonly hasAudio: boolean
  readonly hasVideo: boolean
  readonly resolution: string
  /** Base64. */
  readonly sha256sum: string
  /** The wrapped key in base64; empty when it is not encrypted. */
  readonly password: string
  readonly multiArchiveTag: string
  /** Path of the file in the recorder's own cloud; null when it is not there. */
  readonly file: string | null
}

/** How long the recorder's cloud keeps a file, from the archive's creation on. */
const CLOUD_MS = 72 * 3_600_000

const BLANK: Omit<RecordedArchive, 'id' | 'apiKey' | 'sessionId' | 'createdAtMs'> = {
  name: '',
  status: 'started',
  reason: '',
  updatedAtMs: 0,
  sizeBytes: 0,
  durationSeconds: 0,
  outputMode: 'composed',
  streamMode: 'auto',
  hasAudio: true,
  hasVideo: true,
  resolution: '640x480',
  sha256sum: '',
  password: '',
  multiArchiveTag: '',
  file: null,
}

export type NewArchive = Partial<RecordedArchive> &
  Pick<RecordedArchive, 'id' | 'apiKey' | 'sessionId' | 'createdAtMs'>

export function createArchive(archive: NewArchive): RecordedArchive {
  return { ...BLANK, updatedAtMs: archive.createdAtMs, ...archive }
}

/** The status now: the cloud lets go of a file after three days, wanted or not. */
export function statusAt(archive: RecordedArchive, nowMs: number): string {
  return archive.status === 'available' && nowMs >= archive.createdAtMs + CLOUD_MS
    ? 'expired'
    : archive.status
}

/** The archive as JSON, its fields in the wire's order. */
export function presentArchive(
  archive: RecordedArchive,
  { nowMs, url, exactTime }: { nowMs: number; url: string; exactTime: boolean },
): Record<string, unknown> {
  const status = statusAt(archive, nowMs)
  const isOver = !['started', 'paused', 'stopped'].includes(status)
  const second = (ms: number): number => ms - (ms % 1000)
  return {
    id: archive.id,
    status,
    name: archive.name,
    reason: archive.reason,
    sessionId: archive.sessionId,
    projectId: Number(archive.apiKey),
    createdAt: exactTime ? archive.createdAtMs : second(archive.createdAtMs),
    size: isOver ? archive.sizeBytes : 0,
    duration: isOver && archive.password === '' ? archive.durationSeconds : 0,
    outputMode: archive.outputMode,
    streamMode: archive.streamMode,
    hasAudio: archive.hasAudio,
    hasVideo: archive.hasVideo,
    hasTranscription: false,
    sha256sum: isOver ? archive.sha256sum : '',
    password: archive.password,
    updatedAt: second(archive.updatedAtMs),
    multiArchiveTag: archive.multiArchiveTag,
    ...(archive.outputMode === 'composed' ? { resolution: archive.resolution } : {}),
    partnerId: Number(archive.apiKey),
    event: 'archive',
    url: status === 'available' ? url : null,
    ...(archive.streamMode === 'manual' && status === 'started' ? { streams: [] } : {}),
  }
}
