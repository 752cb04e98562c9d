import { DefaultAzureCredential, type TokenCredential } from '@azure/identity'
import {
  BlobSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'
import { AppError, isAppError } from '../errors.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import type { Answer } from './ask.ts'
import type { AzureAccount } from './azure-account.ts'
import { describeSkew } from './clock-skew.ts'
import type { Refusal, SignedRequest, StoreAccess, StoreDialect } from './dialect.ts'
import type { ObjectFacts, ObjectStore } from './object-store.ts'
import { readRanged } from './ranged-read.ts'
import { STORE_TIMING, type StoreTiming } from './retry.ts'
import { statByHead } from './stat.ts'

/** Without a key the SDK's default chain is asked (environment, workload identity, managed identity). */
export type AzureSettings = AzureAccount & { readonly container: string }

const SIGNED_FOR_MS = 5 * 60_000
/** Not the SDK’s newest: private clouds and stand-ins lag behind by years, and reading has not changed since. */
const SERVICE_VERSION = '2021-12-02'
const TOKEN_SCOPE = 'https://storage.azure.com/.default'

type Sign = (key: string, signal: AbortSignal) => Promise<SignedRequest>

/** Signs requests by the account's key for these acts alone (`r` reads, `c` makes, `w` writes), or by a token. */
export function createAzureSigner(settings: AzureSettings, outgoing: Outgoing, acts: string): Sign {
  const { accountKey } = settings
  return accountKey === null
    ? createTokenSigner(settings, outgoing)
    : createSasSigner(settings, accountKey, acts)
}

/** Archives in Azure Blob storage, by a short-lived read-only SAS for each request, or by a token. */
export function createAzureStore(
  settings: AzureSettings,
  outgoing: Outgoing,
  timing: StoreTiming = STORE_TIMING,
): ObjectStore {
  const sign = createAzureSigner(settings, outgoing, 'r')
  const label = `azure://${settings.container}`
  const dialect: StoreDialect = {
    label,
    sign: (_method, { key }, signal) => sign(key, signal),
    renews: () => false,
    explain: (refusal) => explainAzure(settings, refusal),
  }
  const access: StoreAccess = { dialect, outgoing, timing }
  return {
    label,
    stat: (key, signal) => statByHead(access, { key, readFacts }, signal),
    // A new version of a blob has a new ETag, so the ETag pins it alone.
    read: (key, range, pin, signal) => readRanged(access, { key, range, pin }, signal),
  }
}

/** The blob service's address without a slash at its end: `https://account.blob.core.windows.net` when nothing else is said. */
export function blobServiceUrl({ accountName, domain }: AzureSettings): string {
  if (domain !== null && /^https?:\/\//i.test(domain)) return domain.replace(/\/+$/, '')
  const suffix = (domain ?? 'blob.core.windows.net').replace(/^\.+|[./]+$/g, '')
  if (suffix.startsWith(`${accountName}.`)) return `https://${suffix}`
  return `https://${accountName}.${suffix.startsWith('core.') ? 'blob.' : ''}${suffix}`
}

function blobUrl(settings: AzureSettings, key: string): string {
  const path = [settings.container, ...key.split('/')].map(encodeURIComponent).join('/')
  return `${blobServiceUrl(settings)}/${path}`
}

function createSasSigner(settings: AzureSettings, accountKey: string, acts: string): Sign {
  const credential = new StorageSharedKeyCredential(settings.accountName, accountKey)
  const permissions = BlobSASPermissions.parse(acts)
  return async (key) => {
    // No start: a portal whose clock is ahead would sign for later.
    const expiresOn = new Date(Date.now() + SIGNED_FOR_MS)
    const values = {
      containerName: settings.container,
      blobName: key,
      permissions,
      expiresOn,
      version: SERVICE_VERSION,
    }
    const query = generateBlobSASQueryParameters(values, credential).toString()
    return { url: `${blobUrl(settings, key)}?${query}`, headers: {} }
  }
}

function createTokenSigner(settings: AzureSettings, outgoing: Outgoing): Sign {
  const credential: TokenCredential = new DefaultAzureCredential({
    additionalPolicies: [
      {
        position: 'perCall',
        policy: {
          name: 'outgoingGuard',
          // The machine's own identity endpoints speak http on fixed inside addresses, which nobody's input can move.
          sendRequest: (request, next) => {
            if (request.url.startsWith('https:')) request.agent = outgoing.agents.https
            return next(request)
          },
        },
      },
    ],
  })
  return async (key, signal) => {
    const token = await credential
      .getToken(TOKEN_SCOPE, { abortSignal: signal })
      .catch((failure: unknown) => {
        throw explainToken(settings, failure)
      })
    if (token === null) throw explainToken(settings, null)
    return {
      url: blobUrl(settings, key),
      headers: { authorization: `Bearer ${token.token}`, 'x-ms-version': SERVICE_VERSION },
    }
  }
}

function readFacts(answer: Answer): Omit<ObjectFacts, 'sizeBytes'> {
  const etag = answer.header('etag')
  if (etag === null) throw new AppError('storage-misbehaved', 'The store gives no ETag to hold the file by.')
  const tier = answer.header('x-ms-access-tier')
  return { etag, versionId: answer.header('x-ms-version-id'), coldTier: tier === 'Archive' ? tier : null }
}

/** What Azure's own word for a refusal means; null leaves it to the status. */
export function explainAzure({ accountName, container }: AzureSettings, refusal: Refusal): AppError | null {
  const { status, code } = refusal
  const label = `azure://${container}`
  const facts = { status, code, requestId: refusal.header('x-ms-request-id') }
  const forbidden = (detail: string): AppError => new AppError('storage-forbidden', detail, { facts })
  switch (code) {
    case 'BlobArchived':
    case 'BlobBeingRehydrated':
      return new AppError('archive-cold', undefined, { facts })
    case 'ContainerNotFound':
    case 'ContainerBeingDeleted':
    case 'ContainerDisabled':
      return new AppError(
        'storage-none',
        `There is no container ${container} in the account ${accountName}.`,
        { facts },
      )
    case 'AuthenticationFailed':
      return forbidden(
        `${label} refuses the key of the account ${accountName} (${status} ${code}): the key is another, or the clock is off; ${describeSkew(refusal.header('date'))}.`,
      )
    case 'AuthorizationFailure':
      return forbidden(
        `${label} does not let the portal in (${status} ${code}): its key, its identity or its network is not allowed.`,
      )
    case 'AuthorizationPermissionMismatch':
      return forbidden(
        `The portal’s identity needs the role Storage Blob Data Reader on ${label} (${status} ${code}).`,
      )
    case 'KeyBasedAuthenticationNotPermitted':
      return forbidden(
        `The account ${accountName} takes no account keys (${status} ${code}): leave accountKey out.`,
      )
    default:
      return null
  }
}

function explainToken({ container, accountName }: AzureSettings, failure: unknown): unknown {
  if (failure instanceof Error && isAppError(failure.cause)) return failure.cause
  if (isAppError(failure)) return failure
  const facts = failure instanceof Error ? { failure: failure.name, message: failure.message } : {}
  return new AppError(
    'storage-forbidden',
    `No identity was found that opens azure://${container} of the account ${accountName}.`,
    { facts },
  )
}
