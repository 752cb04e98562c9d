import type { PrismaClient } from '../../prisma/client/client.ts'
import { withinDeadline } from '../database.ts'
import { AppError } from '../errors.ts'
import type { KeyProvider } from '../keys/key-provider.ts'
import type { SecretBox } from '../keys/seal.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import { createCloudStore } from '../storage/cloud.ts'
import type { ObjectStore } from '../storage/object-store.ts'
import type { Recorder } from '../vonage/client.ts'
import { createFindUrl } from './find-url.ts'
import { openKey } from './open-key.ts'
import { openRecorder } from './open-recorder.ts'
import { openStore } from './open-store.ts'
import { parseReasons, type Reason } from './reasons.ts'

/** A project with everything that is needed to read its recordings. */
export type OpenProject = {
  readonly id: string
  readonly name: string
  readonly kind: 'opentok' | 'vonage'
  /** The API key or application id; also what the objects' keys begin with. */
  readonly recorderKey: string
  readonly region: string | null
  readonly unit: string | null
  readonly environment: string | null
  readonly reasons: readonly Reason[]
  readonly concurrentViewings: number
  /** Null where PLAY_MAX_AUTH_AGE alone holds. */
  readonly playMaxAuthAgeSeconds: number | null
  readonly recorder: Recorder
  /** Newest first. */
  readonly stores: readonly { readonly targetId: string; readonly store: ObjectStore }[]
  /** The recorder's own cloud; a key is an archive id. */
  readonly cloud: ObjectStore
  /** Newest first. */
  readonly keyRing: readonly KeyProvider[]
}

export interface ProjectRegistry {
  /** Built at the first call and again after the project was changed. Throws AppError `forbidden` for none. */
  get(projectId: string): Promise<OpenProject>
}

type Held = { readonly version: number; readonly project: OpenProject }

/** Opens projects from their rows. A secret that cannot be read fails where it is used, and there alone. */
export function createProjectRegistry(
  db: PrismaClient,
  secrets: SecretBox,
  outgoing: Outgoing,
): ProjectRegistry {
  const held = new Map<string, Held>()

  return {
    async get(projectId) {
      const row = await withinDeadline(
        db.project.findUnique({ where: { id: projectId }, select: { updatedAt: true } }),
      )
      if (row === null) throw new AppError('forbidden')
      const version = row.updatedAt.getTime()
      const current = held.get(projectId)
      if (current?.version === version) return current.project
      const project = await openProject({ db, secrets, outgoing }, projectId)
      held.set(projectId, { version, project })
      return project
    },
  }
}

type Means = { readonly db: PrismaClient; readonly secrets: SecretBox; readonly outgoing: Outgoing }

async function openProject({ db, secrets, outgoing }: Means, projectId: string): Promise<OpenProject> {
  const row = await withinDeadline(
    db.project.findUnique({
      where: { id: projectId },
      include: {
        storageTargets: { orderBy: { position: 'asc' } },
        certificates: { orderBy: { position: 'asc' } },
      },
    }),
  )
  if (row === null) throw new AppError('forbidden')
  const recorder = openRecorder(row, secrets, outgoing)
  return {
    id: row.id,
    name: row.name,
    kind: row.kind === 'vonage' ? 'vonage' : 'opentok',
    recorderKey: row.recorderKey,
    region: row.region,
    unit: row.unit,
    environment: row.environment,
    reasons: parseReasons(row.reasons),
    concurrentViewings: row.concurrentViewings,
    playMaxAuthAgeSeconds: row.playMaxAuthAgeSeconds,
    recorder,
    stores: row.storageTargets.map((target) => ({
      targetId: target.id,
      store: openStore(target, secrets, outgoing),
    })),
    cloud: createCloudStore(createFindUrl(recorder), outgoing),
    keyRing: row.certificates.map((certificate) => openKey(certificate, secrets)),
  }
}
