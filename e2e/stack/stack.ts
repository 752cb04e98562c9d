// The whole outside world of the portal, started together, and everything the portal must be told about it.
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { type AzureServer, startAzure } from './azure.ts'
import { findFreePort, isFree } from './free-port.ts'
import { type IdentityProvider, PASSWORD_ACR, startIdentityProvider } from './identity-provider.ts'
import { PEOPLE, type Person } from './people.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { generateArchives } from './recorder/behaviour.ts'
import { type Recorder, type RecorderProject, startRecorder } from './recorder.ts'
import { type S3Server, startS3 } from './s3.ts'
import { readManifest, samplePath } from './samples.ts'
import { type DemoArchive, listDemoArchives, PROJECTS } from './scenario.ts'
import { accessFile, projectsFile, writeSecretFile } from './set-up-files.ts'
import { keepState, openState, type StackState } from './state.ts'

export type StackOptions = {
  /** Kept from start to start; a stack of its own lies in each. */
  readonly folder: string
  readonly portalPort: number
  /** Nothing has to outlive a power cut. */
  readonly careless?: boolean
  /** Who may sign in beside the demo's people. */
  readonly people?: readonly Person[]
  /** What the recorder has beside the demo's projects; the demo's files say nothing of it. */
  readonly projects?: readonly NamedProject[]
  /** Variables for the portal beside the stack's own. */
  readonly environment?: Readonly<Record<string, string>>
}

type NamedProject = RecorderProject & { readonly name: string }

export type Stack = {
  readonly portalUrl: string
  /** What the portal runs with; the owner of the database is apart. */
  readonly environment: Readonly<Record<string, string>>
  readonly ownerUrl: string
  readonly projectsFile: string
  readonly accessFile: string
  readonly info: StackInfo
  readonly postgres: Postgres
  readonly s3: S3Server
  readonly azure: AzureServer
  readonly recorder: Recorder
  readonly identityProvider: IdentityProvider
  stop(): Promise<void>
}

/** What stands in `stack.json`. */
export type StackInfo = {
  readonly portalUrl: string
  readonly environment: Readonly<Record<string, string>>
  readonly issuer: string
  readonly people: readonly { email: string; password: string; roles: readonly string[] }[]
  readonly projects: readonly { name: string; apiUrl: string; apiKey: string; apiSecret: string }[]
  readonly s3: {
    endpoint: string
    region: string
    accessKeyId: string
    secretAccessKey: string
    bucket: string
  }
  readonly azure: { accountName: string; accountKey: string; container: string; domain: string }
  /** Paths. */
  readonly keys: readonly { certificate: string; privateKey: string; passphrase: string | null }[]
  readonly archives: readonly {
    archiveId: string
    sessionId: string
    project: string
    encrypted: boolean
    container: string
    storage: string
  }[]
  /** Every archive with a purpose by its name, those that do not play too. */
  readonly purposes: Readonly<Record<string, { archiveId: string; sessionId: string; sample: string | null }>>
}

const DATABASE = 'recordroom'
const REGION = 'eu-central-1'
const BUCKET = 'calls'
const ACCESS_KEY_ID = 'AKIADEMOPORTAL000001'
const ACCOUNT = 'democalls'
const RECORDS = [200, 100] as const
const RECORD_DAYS = 90

export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder } = options
  mkdirSync(folder, { recursive: true })
  const state = await choosePorts(folder, openState(folder))
  const { ports, secrets } = state
  const people = [...PEOPLE, ...(options.people ?? [])]
  const projects = [...demoProjects(state), ...(options.projects ?? [])]
  const portalUrl = `http://localhost:${options.portalPort}`
  const started: { stop(): Promise<void> }[] = []
  const keep = <T extends { stop(): Promise<void> }>(server: T): T => {
    started.push(server)
    return server
  }
  const stop = async (): Promise<void> => {
    for (const server of started.splice(0).reverse()) await server.stop()
  }
  try {
    const postgres = keep(
      await startPostgres({
        dataDir: join(folder, 'postgres'),
        ...withPort(ports.postgres),
        careless: options.careless === true,
      }),
    )
    const key = { accessKeyId: ACCESS_KEY_ID, secretAccessKey: secrets.s3, buckets: [BUCKET] }
    const s3 = keep(
      await startS3({ folder: join(folder, 's3'), keys: [key], region: REGION, ...withPort(ports.s3) }),
    )
    const azureFolder = join(folder, 'azure')
    mkdirSync(azureFolder, { recursive: true })
    const azure = keep(
      await startAzure({
        folder: azureFolder,
        accountName: ACCOUNT,
        accountKey: secrets.azure,
        ...withPort(ports.azure),
      }),
    )
    const recorder = keep(await startRecorder({ projects, ...withPort(ports.recorder) }))
    const identityProvider = keep(
      await startIdentityProvider({
        people,
        portalUrl,
        clientSecret: secrets.client,
        ...withPort(ports.identityProvider),
      }),
    )
    const startMs = Date.now()
    const archives = listDemoArchives({ startMs, firstStartMs: state.firstStartMs })
    await store(archives, s3, azure)
    record(archives, recorder, { startMs, firstStartMs: state.firstStartMs })
    const servers = { postgres, s3, azure, recorder, identityProvider }
    const environment = { ...environmentOf(servers, state, options), ...options.environment }
    const info = infoOf(servers, { state, people, projects, archives, portalUrl, environment })
    const setUp = projectsFile({
      recorderUrl: recorder.apiUrl,
      apiSecrets: secrets.recorder,
      s3: info.s3,
      azure: info.azure,
    })
    return {
      ...servers,
      ...{ portalUrl, environment, info, stop, ownerUrl: postgres.ownerUrl(DATABASE) },
      projectsFile: writeSecretFile(join(folder, 'projects.json'), setUp),
      accessFile: writeSecretFile(join(folder, 'access.json'), accessFile(new Date(startMs))),
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function demoProjects({ secrets }: StackState): NamedProject[] {
  return PROJECTS.map(({ name, apiKey }, index) => ({
    ...{ name, apiKey },
    apiSecret: secrets.recorder[index] ?? '',
  }))
}

type Servers = Pick<Stack, 'postgres' | 's3' | 'azure' | 'recorder' | 'identityProvider'>

function environmentOf(
  servers: Servers,
  { secrets }: StackState,
  options: StackOptions,
): Record<string, string> {
  const { postgres, s3, azure, recorder, identityProvider } = servers
  const hosts = [s3, azure, recorder, identityProvider].map(({ port }) => `127.0.0.1:${port}`)
  return {
    PORT: String(options.portalPort),
    HOST: '127.0.0.1',
    DATABASE_URL: postgres.applicationUrl(DATABASE),
    NEXTAUTH_URL: `http://localhost:${options.portalPort}`,
    NEXTAUTH_SECRET: secrets.nextauth,
    OIDC_ISSUER: identityProvider.issuer,
    OIDC_CLIENT_ID: identityProvider.clientId,
    OIDC_CLIENT_SECRET: identityProvider.clientSecret,
    OIDC_NAME: 'the demo identity provider',
    OIDC_GROUP_CLAIM: 'groups',
    OIDC_ACR_VALUES: PASSWORD_ACR,
    SECRETS_KEY: secrets.secretsKey,
    AUDIT_SIGNING_KEY: secrets.auditSigningKey,
    AUDIT_ANCHOR: `file:${makeAnchorFolder(options.folder)}`,
    METRICS_TOKEN: secrets.metricsToken,
    ALLOW_PRIVATE_HOSTS: hosts.join(','),
  }
}

/** Where the log's head is kept, beside the database: in a demo there is no elsewhere. */
function makeAnchorFolder(folder: string): string {
  const path = resolve(folder, 'anchors')
  mkdirSync(path, { recursive: true })
  return path
}

function infoOf(
  { postgres, s3, azure, recorder, identityProvider }: Servers,
  told: {
    state: StackState
    people: readonly Person[]
    projects: readonly NamedProject[]
    archives: readonly DemoArchive[]
    portalUrl: string
    environment: Readonly<Record<string, string>>
  },
): StackInfo {
  const { secrets } = told.state
  const listed = told.archives.filter(({ plays, sample }) => plays || sample?.container === 'zip')
  return {
    portalUrl: told.portalUrl,
    environment: { ...told.environment, DATABASE_OWNER_URL: postgres.ownerUrl(DATABASE) },
    issuer: identityProvider.issuer,
    people: told.people.map(({ email, password, roles }) => ({ email, password, roles })),
    projects: told.projects.map((project) => ({ ...project, apiUrl: recorder.apiUrl })),
    s3: {
      ...{ endpoint: s3.endpoint, region: REGION, bucket: BUCKET },
      ...{ accessKeyId: ACCESS_KEY_ID, secretAccessKey: secrets.s3 },
    },
    azure: { accountName: ACCOUNT, accountKey: secrets.azure, container: BUCKET, domain: azure.domain },
    keys: readManifest().certificates.map(({ certificate, privateKey, passphrase }) => ({
      ...{ certificate: samplePath(certificate), privateKey: samplePath(privateKey), passphrase },
    })),
    archives: listed.map(({ archive, project, sample, storage }) => ({
      ...{ archiveId: archive.id, sessionId: archive.sessionId, project: project.name },
      encrypted: sample?.certificate !== null,
      ...{ container: sample?.container ?? '', storage: storage ?? '' },
    })),
    purposes: Object.fromEntries(
      told.archives.map(({ name, archive, sample }) => [
        name,
        { archiveId: archive.id, sessionId: archive.sessionId, sample: sample?.name ?? null },
      ]),
    ),
  }
}

/** Lays the objects where they are to lie. What is there stays as it was seen: a new upload is a new object. */
async function store(archives: readonly DemoArchive[], s3: S3Server, azure: AzureServer): Promise<void> {
  await s3.objects.createBucket(BUCKET)
  await azure.createContainer(BUCKET)
  for (const { object, storage } of archives) {
    if (object === null) continue
    const { key, path, sizeBytes } = object
    if (storage === 'azure') {
      await azure.putFile(BUCKET, key, path)
      continue
    }
    if ((await s3.objects.find(BUCKET, key))?.sizeBytes === sizeBytes) continue
    const body = Readable.from([(await readFile(path)).subarray(0, sizeBytes)])
    await s3.objects.put(BUCKET, key, { body, sha256: null, contentType: 'video/mp4', meta: {} })
  }
}

function record(
  archives: readonly DemoArchive[],
  recorder: Recorder,
  { startMs, firstStartMs }: { startMs: number; firstStartMs: number },
): void {
  for (const [index, { apiKey }] of PROJECTS.entries()) {
    const count = RECORDS[index] ?? 0
    const times = { untilMs: startMs, sessionsUntilMs: firstStartMs, days: RECORD_DAYS }
    recorder.archives.add(generateArchives({ apiKey, count, ...times, seed: 'demo' }))
  }
  recorder.archives.add(archives.map(({ archive }) => archive))
}

/** The ports of the last start where they are free: what the portal has remembered stays right. */
async function choosePorts(folder: string, state: StackState): Promise<StackState> {
  const ports: Record<string, number> = {}
  for (const name of ['postgres', 's3', 'azure', 'recorder', 'identityProvider']) {
    const known = state.ports[name]
    if (known !== undefined && (await isFree(known))) ports[name] = known
    // People are known by issuer and subject: at another address they would all be strangers.
    else if (known !== undefined && name === 'identityProvider') {
      throw new Error(
        `Port ${known} of the demo's identity provider is taken: free it, or begin anew with \`npm run demo -- --fresh\`.`,
      )
    } else ports[name] = await findFreePort()
  }
  const chosen = { ...state, ports }
  keepState(folder, chosen)
  return chosen
}

function withPort(port: number | undefined): { port?: number } {
  return port === undefined ? {} : { port }
}
