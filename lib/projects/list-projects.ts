import { USUAL_LONGEST_GRANT_DAYS } from '../access/grant-length.ts'
import { projectsFor } from '../access/permissions.ts'
import { type OfficeHours, parseOfficeHours } from '../audit/aids/office-hours.ts'
import type { Actor } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import { ERROR_CODES, type ErrorCode, isErrorCode } from '../errors.ts'
import type { Services } from '../services.ts'
import { parseReasons } from './reasons.ts'
import { parseStorageSettings, type StorageSettings, storageLabel } from './storage-settings.ts'

/** A recorder project as its administrators see it. Nothing secret, and not where a secret is either. */
export type ProjectCard = {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly recorderKey: string
  readonly apiUrl: string
  readonly region: string | null
  readonly unit: string | null
  readonly environment: string | null
  readonly concurrentViewings: number
  /** How long what people give may last: 90 days where the project says nothing. */
  readonly longestGrantDays: number
  /** Every grant, and every change of storage, certificates, webhooks or retention, needs a second administrator. */
  readonly fourEyes: boolean
  /** How old a sign-in may be before a play, where it is stricter than the portal's own limit. */
  readonly playMaxAuthAgeSeconds: number | null
  /** Whether auditors get a summary of each of its days. */
  readonly daySummary: boolean
  readonly officeHours: OfficeHours
  readonly reasons: readonly { readonly label: string; readonly caseRequired: boolean }[]
  readonly archives: { readonly count: number; readonly newestAt: Date | null }
  readonly catalogue: {
    /** When the newest part, and the whole list, was last read to the end. */
    readonly recentReadAt: Date | null
    readonly wholeReadAt: Date | null
    /** Set while the last reading failed. */
    readonly failure: { readonly at: Date; readonly code: ErrorCode; readonly detail: string } | null
    /** What the recorder's clock is ahead of the portal's. */
    readonly clockSkewSeconds: number | null
  }
  /** Newest first. */
  readonly storage: readonly StorageCard[]
  /** Newest first. */
  readonly certificates: readonly CertificateCard[]
}

export type StorageCard = {
  readonly id: string
  /** `s3://calls` */
  readonly label: string
  /** The store's address or region, as it was set. */
  readonly place: string
  /** Whether keys of its own were set; else the machine's own identity is used. */
  readonly ownKeys: boolean
}

export type CertificateCard = {
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** Whole days until it ends; negative when it has. */
  readonly daysLeft: number
  /** Archives that were opened with it so far. */
  readonly openedCount: number
}

const DAY_MS = 24 * 60 * 60 * 1000

/** The projects that somebody administers, by name. */
export async function listProjects(
  services: Services,
  actor: Actor,
  { now }: { readonly now: Date },
): Promise<ProjectCard[]> {
  const { db } = services
  const scope = projectsFor(actor.roles, 'project:manage')
  const where = scope === 'all' ? {} : { id: { in: [...scope] } }
  const rows = await withinDeadline(
    db.project.findMany({
      where,
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
      include: {
        storageTargets: { orderBy: { position: 'asc' } },
        certificates: { orderBy: { position: 'asc' } },
      },
    }),
  )
  const ofProjects = { projectId: { in: rows.map(({ id }) => id) } }
  const [counts, opened] = await withinDeadline(
    Promise.all([
      db.archive.groupBy({
        by: ['projectId'],
        where: ofProjects,
        _count: { _all: true },
        _max: { createdAt: true },
      }),
      db.archive.groupBy({
        by: ['projectId', 'certificateFingerprint'],
        where: { ...ofProjects, certificateFingerprint: { not: null } },
        _count: { _all: true },
      }),
    ]),
  )
  const countOf = new Map(counts.map((each) => [each.projectId, each]))
  const openedWith = new Map(
    opened.map((each) => [`${each.projectId} ${each.certificateFingerprint}`, each._count._all]),
  )
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    recorderKey: row.recorderKey,
    apiUrl: withoutCredentials(row.apiUrl),
    region: row.region,
    unit: row.unit,
    environment: row.environment,
    concurrentViewings: row.concurrentViewings,
    longestGrantDays: row.longestGrantDays ?? USUAL_LONGEST_GRANT_DAYS,
    fourEyes: row.fourEyes,
    playMaxAuthAgeSeconds: row.playMaxAuthAgeSeconds,
    daySummary: row.daySummary,
    officeHours: parseOfficeHours(row.officeHours),
    reasons: parseReasons(row.reasons).map(({ label, caseRequired }) => ({ label, caseRequired })),
    archives: {
      count: countOf.get(row.id)?._count._all ?? 0,
      newestAt: countOf.get(row.id)?._max.createdAt ?? null,
    },
    catalogue: {
      recentReadAt: row.recentReadAt,
      wholeReadAt: row.wholeReadAt,
      failure: readFailure(row),
      clockSkewSeconds: row.clockSkewSeconds,
    },
    storage: row.storageTargets.map((target) => toStorageCard(target)),
    certificates: row.certificates.map(({ fingerprint, notBefore, notAfter }) => ({
      fingerprint,
      notBefore,
      notAfter,
      daysLeft: Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS),
      openedCount: openedWith.get(`${row.id} ${fingerprint}`) ?? 0,
    })),
  }))
}

function readFailure(row: {
  readonly readFailedAt: Date | null
  readonly readFailureCode: string | null
  readonly readFailure: string | null
}): ProjectCard['catalogue']['failure'] {
  if (row.readFailedAt === null) return null
  const code = isErrorCode(row.readFailureCode) ? row.readFailureCode : 'internal'
  return { at: row.readFailedAt, code, detail: row.readFailure ?? ERROR_CODES[code][1] }
}

function toStorageCard(target: {
  readonly id: string
  readonly kind: string
  readonly settings: unknown
  readonly secrets: unknown
}): StorageCard {
  const settings = parseStorageSettings(target.kind, target.settings)
  const ownKeys =
    typeof target.secrets === 'object' && target.secrets !== null && Object.keys(target.secrets).length > 0
  if (settings === null) return { id: target.id, label: target.kind, place: 'settings not readable', ownKeys }
  return { id: target.id, label: storageLabel(settings), place: describePlace(settings), ownKeys }
}

function describePlace(settings: StorageSettings): string {
  if (settings.kind === 's3')
    return settings.endpoint === null
      ? `Amazon S3, ${settings.region}`
      : `${withoutCredentials(settings.endpoint)}, ${settings.region}`
  return `Azure account ${settings.accountName}${settings.domain === null ? '' : `, ${withoutCredentials(settings.domain)}`}`
}

/** An address may have been set with a user and a password in it, or a key in its query. */
function withoutCredentials(address: string): string {
  const url = URL.parse(address)
  if (url === null || url.host === '') return address
  return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`
}
