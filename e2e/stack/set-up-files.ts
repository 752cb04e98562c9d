// The files that an operator would write: projects and access of the demo, as `apply` reads them.
import { readFileSync, writeFileSync } from 'node:fs'
import { PEOPLE } from './people.ts'
import { readManifest, samplePath } from './samples.ts'
import { PROJECTS } from './scenario.ts'

export type ProjectsSetting = {
  readonly recorderUrl: string
  readonly apiSecrets: readonly [string, string]
  readonly s3: {
    readonly endpoint: string
    readonly region: string
    readonly bucket: string
    readonly accessKeyId: string
    readonly secretAccessKey: string
  }
  readonly azure: {
    readonly accountName: string
    readonly accountKey: string
    readonly container: string
    readonly domain: string
  }
}

/** The first project has moved from Azure to S3 and has changed its certificate once. */
export function projectsFile({ recorderUrl, apiSecrets, s3, azure }: ProjectsSetting): unknown {
  const certificates = sampleCertificates()
  const projects = PROJECTS.map(({ name, region, unit, apiKey }, index) => ({
    ...{ name, region, unit, environment: 'demo' },
    recorder: { kind: 'opentok', apiUrl: recorderUrl, apiKey, apiSecret: apiSecrets[index] },
    storage:
      index === 0
        ? [
            { kind: 's3', ...s3 },
            { kind: 'azure', ...azure },
          ]
        : [{ kind: 's3', ...s3 }],
    certificates: index === 0 ? certificates : certificates.slice(0, 1),
  }))
  return { projects }
}

/** What opens the samples, newest first. */
export function sampleCertificates(): Entry[] {
  return readManifest().certificates.map(({ certificate, privateKey, passphrase }) => ({
    certificate: { file: samplePath(certificate) },
    privateKey: { file: samplePath(privateKey), ...(passphrase === null ? {} : { passphrase }) },
  }))
}

const RIGHTS = ['recording:find', 'recording:play', 'recording:download']

/** Roles for everybody, and the reviewer's grant on the first project. */
export function accessFile(now: Date): unknown {
  // The same all month long, so that a second start changes nothing.
  const until = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 6, 1))
  return {
    people: PEOPLE.filter(({ roles }) => roles.length > 0).map(({ email, roles }) => ({ email, roles })),
    grants: [
      {
        ...{ email: 'reviewer@demo.test', project: PROJECTS[0].name, rights: RIGHTS },
        ...{ until: until.toISOString(), reason: 'Reviews calls of the retail business.' },
      },
    ],
  }
}

/** For a portal whose visitors are programs: people are in no hurry. */
export const BUSY_ENVIRONMENT = {
  LIMIT_SEARCHES_PER_MINUTE: '1000000',
  LIMIT_OPENS_PER_MINUTE: '1000000',
  LIMIT_REQUESTS_PER_MINUTE: '1000000',
  LIMIT_SIGN_INS_PER_MINUTE: '1000000',
  LOG_LEVEL: 'warn',
} as const

export type Entry = Readonly<Record<string, unknown>>

/** The projects of a file, to write another with. */
export function readProjects(file: string): readonly Entry[] {
  return parseProjects(readFileSync(file, 'utf8')).projects
}

function parseProjects(text: string): { projects: Entry[] } {
  return JSON.parse(text) as { projects: Entry[] }
}

/** Writes what nobody else may read; answers its path. */
export function writeSecretFile(path: string, value: unknown): string {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  return path
}
