import { createPrivateKey } from 'node:crypto'
import { resolve } from 'node:path'
import { FileFaults, findRepeats, parseFile, renderPath } from '../apply/file-faults.ts'
import { type CheckedCertificate, checkCertificate, isCertificateFault } from './check-certificate.ts'
import {
  type FileCertificate,
  type FileProject,
  type FileSecret,
  type FileStorage,
  projectsFileSchema,
} from './projects-file-schema.ts'
import type { Reason } from './reasons.ts'
import { describeReference, readReferenced, type SecretSources } from './secret-reference.ts'
import { type StorageSettings, storageIdentity } from './storage-settings.ts'

/** A secret of a file: kept by reference, or itself, to be sealed. */
export type GivenSecret = { readonly env: string } | { readonly file: string } | { readonly plain: string }

export type GivenSecrets = Readonly<Record<string, GivenSecret>>

export type GivenStorage = { readonly settings: StorageSettings; readonly secrets: GivenSecrets }
export type GivenCertificate = CheckedCertificate & { readonly secrets: GivenSecrets }

/** A project as a file says it, checked; undefined is what it leaves out. */
export type GivenProject = {
  readonly kind: 'opentok' | 'vonage'
  readonly recorderKey: string
  readonly name: string
  readonly region: string | undefined
  readonly unit: string | undefined
  readonly environment: string | undefined
  readonly apiUrl: string
  readonly secrets: GivenSecrets
  readonly storage: readonly GivenStorage[] | undefined
  readonly certificates: readonly GivenCertificate[] | undefined
  readonly reasons: readonly Reason[] | undefined
  readonly concurrentViewings: number | undefined
  readonly longestGrantDays: number | undefined
  readonly fourEyes: boolean | undefined
  readonly playMaxAuthAgeSeconds: number | undefined
}

export type FileContext = {
  /** What relative paths in the file start from. */
  readonly folder: string
  readonly sources: SecretSources
}

type Path = readonly (string | number)[]
type Fault = (path: Path, message: string) => void

/**
 * Reads a projects file. Every secret named is read, to see that it is there; every certificate is held against its key.
 * @throws {FileFaults} all faults, each with its place: `projects[0].storage[1].endpoint: …`
 */
export function parseProjectsFile(text: string, context: FileContext): GivenProject[] {
  const { projects } = parseFile(text, projectsFileSchema)
  const faults: string[] = []
  const fault: Fault = (path, message) => faults.push(`${renderPath(path)}: ${message}`)
  findRepeats(projects.map(recorderIdentity), (index) =>
    fault(['projects', index, 'recorder'], 'is the recorder of another project of this file'),
  )
  findRepeats(
    projects.map(({ name }) => name),
    (index) => fault(['projects', index, 'name'], 'is the name of another project of this file'),
  )
  const given = projects.map((project, index) =>
    readProject(project, ['projects', index], { context, fault }),
  )
  if (faults.length > 0) throw new FileFaults(faults)
  return given
}

type Reading = { readonly context: FileContext; readonly fault: Fault }

function readProject(project: FileProject, path: Path, reading: Reading): GivenProject {
  const { recorder } = project
  const at = [...path, 'recorder']
  const secret = (name: string, value: FileSecret | undefined): GivenSecrets =>
    value === undefined ? {} : { [name]: readSecret(value, [...at, name], reading).given }
  findRepeats(
    (project.reasons ?? []).map(({ code }) => code),
    (index) => reading.fault([...path, 'reasons', index, 'code'], 'is there twice'),
  )
  return {
    kind: recorder.kind,
    recorderKey: recorder.kind === 'opentok' ? recorder.apiKey : recorder.applicationId,
    name: project.name,
    region: project.region,
    unit: project.unit,
    environment: project.environment,
    apiUrl: recorder.apiUrl.replace(/\/+$/, ''),
    secrets: {
      ...(recorder.kind === 'opentok'
        ? secret('apiSecret', recorder.apiSecret)
        : { privateKey: readApplicationKey(recorder.privateKey, [...at, 'privateKey'], reading) }),
      ...secret('callbackSecret', recorder.callbackSecret),
    },
    storage: project.storage && readStorage(project.storage, [...path, 'storage'], reading),
    certificates:
      project.certificates && readCertificates(project.certificates, [...path, 'certificates'], reading),
    reasons: project.reasons,
    concurrentViewings: project.concurrentViewings,
    longestGrantDays: project.longestGrantDays,
    fourEyes: project.fourEyes,
    playMaxAuthAgeSeconds: project.playMaxAuthAge,
  }
}

function readStorage(targets: readonly FileStorage[], path: Path, reading: Reading): GivenStorage[] {
  const given = targets.map((target, index) => readTarget(target, [...path, index], reading))
  findRepeats(
    given.map(({ settings }) => storageIdentity(settings)),
    (index) => reading.fault([...path, index], 'is there twice'),
  )
  return given
}

function readTarget(target: FileStorage, path: Path, reading: Reading): GivenStorage {
  const secret = (name: string, value: FileSecret | undefined): GivenSecrets =>
    value === undefined ? {} : { [name]: readSecret(value, [...path, name], reading).given }
  if (target.kind === 'azure') {
    const { kind, accountName, container, domain = null } = target
    return {
      settings: { kind, accountName, container, domain },
      secrets: secret('accountKey', target.accountKey),
    }
  }
  const { kind, bucket, region = 'us-east-1', endpoint = null, accessKeyId = null, roleArn = null } = target
  return {
    settings: { kind, bucket, region, endpoint, accessKeyId, roleArn },
    secrets: secret('secretAccessKey', target.secretAccessKey),
  }
}

function readCertificates(
  certificates: readonly FileCertificate[],
  path: Path,
  reading: Reading,
): GivenCertificate[] {
  const given = certificates.map((certificate, index) =>
    readCertificate(certificate, [...path, index], reading),
  )
  findRepeats(
    given.map((each) => each?.fingerprint ?? null),
    (index) => reading.fault([...path, index, 'certificate'], 'is there twice'),
  )
  return given.filter((each) => each !== null)
}

function readCertificate(
  { certificate, privateKey }: FileCertificate,
  path: Path,
  reading: Reading,
): GivenCertificate | null {
  const keyPath = [...path, 'privateKey']
  const passphraseGiven = typeof privateKey === 'string' ? undefined : privateKey.passphrase
  const pem = readSecret(certificate, [...path, 'certificate'], reading)
  const key = readSecret(privateKey, keyPath, reading)
  const passphrase =
    passphraseGiven === undefined ? null : readSecret(passphraseGiven, [...keyPath, 'passphrase'], reading)
  if (pem.plain === null || key.plain === null || passphrase?.plain === null) return null
  const checked = checkCertificate({
    certificatePem: pem.plain,
    privateKeyPem: key.plain,
    passphrase: passphrase?.plain ?? null,
  })
  if (!isCertificateFault(checked)) {
    const secrets = {
      privateKey: key.given,
      ...(passphrase === null ? {} : { passphrase: passphrase.given }),
    }
    return { ...checked, secrets }
  }
  const { field, message } = checked
  reading.fault(field === 'passphrase' ? [...keyPath, field] : [...path, field], message)
  return null
}

function readApplicationKey(value: FileSecret, path: Path, reading: Reading): GivenSecret {
  const { given, plain } = readSecret(value, path, reading)
  if (plain !== null && !isRsaKey(plain)) reading.fault(path, 'is not an unlocked RSA private key as PEM')
  return given
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}

/** What is kept of a secret, and what it is; the latter is null, and a fault, when there is nothing at its place. */
function readSecret(
  value: FileSecret,
  path: Path,
  { context, fault }: Reading,
): { readonly given: GivenSecret; readonly plain: string | null } {
  if (typeof value === 'string') return { given: { plain: value }, plain: value }
  const given = 'env' in value ? { env: value.env } : { file: resolve(context.folder, value.file) }
  const plain = readReferenced(given, context.sources)
  if (plain === null) {
    const wrong = 'env' in given ? 'is not set' : 'cannot be read or is empty'
    fault([...path, 'env' in given ? 'env' : 'file'], `${describeReference(given)} ${wrong}`)
  }
  return { given, plain }
}

function recorderIdentity({ recorder }: FileProject): string {
  return JSON.stringify([
    recorder.kind,
    recorder.kind === 'opentok' ? recorder.apiKey : recorder.applicationId,
  ])
}
