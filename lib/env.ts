import type { KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { parseSigningKey } from './audit/signing-key.ts'
import { CLAIM_NAME, parseRoleClaim, type RoleClaim } from './auth/role-claim.ts'
import { parseAllowedHosts } from './outgoing/allowed-hosts.ts'
import { type AzureAccount, parseConnectionString } from './storage/azure-account.ts'

type AnchorPlace =
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'azure'; readonly container: string; readonly prefix: string }
  | { readonly kind: 'file'; readonly folder: string }

/** Where checkpoints of the log go. Credentials for S3 come by the SDK's own chain, and so does the region. */
export type AuditAnchor =
  | (Extract<AnchorPlace, { kind: 's3' }> & {
      /** The address of an S3-compatible store, path style; null for Amazon's own. */
      readonly endpoint: string | null
    })
  | (Extract<AnchorPlace, { kind: 'azure' }> & { readonly account: AzureAccount })
  | Extract<AnchorPlace, { kind: 'file' }>

/** Everything the portal is told from outside, checked. Nothing else of the product reads `process.env`. */
export type Environment = {
  readonly port: number
  readonly host: string
  readonly databaseUrl: string
  /** The origin people see: scheme, host and port, no path. */
  readonly origin: string
  /** Cookies are Secure and `__Host-`, and HSTS is sent. */
  readonly https: boolean
  readonly nextauthSecret: string
  readonly oidc: {
    readonly issuer: string
    readonly clientId: string
    readonly clientSecret: string
    /** What the sign-in button calls the provider. */
    readonly name: string
    /** Where proposals of roles are read from. */
    readonly roleClaim: RoleClaim | null
    /** Whose values are the groups somebody is in. */
    readonly groupClaim: string | null
    /** Ways of proving who one is, of which the provider must use one; none where any will do. */
    readonly acrValues: readonly string[]
  }
  readonly playMaxAuthAgeSeconds: number
  /** 32 bytes each. */
  readonly secretsKey: Uint8Array
  readonly secretsKeyPrevious: Uint8Array | null
  /** Ed25519 private key. */
  readonly auditSigningKey: KeyObject
  /** The one before, while checkpoints are to be signed by both. */
  readonly auditSigningKeyPrevious: KeyObject | null
  readonly auditAnchor: AuditAnchor | null
  /** An authority that stamps checkpoints with its time (RFC 3161). */
  readonly auditTimestampUrl: string | null
  readonly limits: {
    readonly searchesPerMinute: number
    readonly opensPerMinute: number
    readonly requestsPerMinute: number
    readonly signInsPerMinute: number
    readonly logReadsPerMinute: number
  }
  readonly trustedProxies: number
  readonly allowPrivateHosts: readonly string[]
  readonly metricsToken: string | null
  readonly worker: boolean
  readonly logLevel: (typeof LOG_LEVELS)[number]
  readonly httpsProxy: string | null
  readonly noProxy: string | null
}

export type EnvironmentSource = Readonly<Record<string, string | undefined>>

/** All that is wrong with the environment, one line a fault. No fault repeats a value. */
export class EnvironmentError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The environment is not complete:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.name = 'EnvironmentError'
    this.faults = faults
  }
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** Names whose value may stand in a file, named by `NAME_FILE`. */
const SECRETS = [
  'DATABASE_URL',
  'NEXTAUTH_SECRET',
  'OIDC_CLIENT_SECRET',
  'SECRETS_KEY',
  'SECRETS_KEY_PREVIOUS',
  'AUDIT_SIGNING_KEY',
  'AUDIT_SIGNING_KEY_PREVIOUS',
  'AZURE_STORAGE_CONNECTION_STRING',
  'AZURE_STORAGE_KEY',
  'METRICS_TOKEN',
] as const

/**
 * Reads what the portal needs out of the environment.
 * @throws {EnvironmentError} naming every fault at once
 */
export function parseEnvironment(source: EnvironmentSource): Environment {
  const faults: string[] = []
  const values = withFiles(source, faults)
  const parsed = variables.safeParse(values)
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0])
    const isMissing = issue.code === 'invalid_type' && values[name] === undefined
    // A secret whose file could not be read has been named already.
    if (isMissing && faults.some((fault) => fault.startsWith(`${name}_FILE: `))) continue
    faults.push(`${name}: ${isMissing ? 'is missing' : issue.message}`)
  }
  const auditAnchor = parsed.success ? findAnchor(parsed.data, faults) : null
  if (!parsed.success || faults.length > 0) throw new EnvironmentError(faults)
  const v = parsed.data
  return {
    port: v.PORT,
    host: v.HOST,
    databaseUrl: v.DATABASE_URL,
    origin: v.NEXTAUTH_URL,
    https: v.NEXTAUTH_URL.startsWith('https:'),
    nextauthSecret: v.NEXTAUTH_SECRET,
    oidc: {
      issuer: v.OIDC_ISSUER,
      clientId: v.OIDC_CLIENT_ID,
      clientSecret: v.OIDC_CLIENT_SECRET,
      name: v.OIDC_NAME,
      roleClaim: v.OIDC_ROLE_CLAIM ?? null,
      groupClaim: v.OIDC_GROUP_CLAIM ?? null,
      acrValues: v.OIDC_ACR_VALUES,
    },
    playMaxAuthAgeSeconds: v.PLAY_MAX_AUTH_AGE,
    secretsKey: v.SECRETS_KEY,
    secretsKeyPrevious: v.SECRETS_KEY_PREVIOUS ?? null,
    auditSigningKey: v.AUDIT_SIGNING_KEY,
    auditSigningKeyPrevious: v.AUDIT_SIGNING_KEY_PREVIOUS ?? null,
    auditAnchor,
    auditTimestampUrl: v.AUDIT_TIMESTAMP_URL ?? null,
    limits: {
      searchesPerMinute: v.LIMIT_SEARCHES_PER_MINUTE,
      opensPerMinute: v.LIMIT_OPENS_PER_MINUTE,
      requestsPerMinute: v.LIMIT_REQUESTS_PER_MINUTE,
      signInsPerMinute: v.LIMIT_SIGN_INS_PER_MINUTE,
      logReadsPerMinute: v.LIMIT_LOG_READS_PER_MINUTE,
    },
    trustedProxies: v.TRUSTED_PROXIES,
    allowPrivateHosts: v.ALLOW_PRIVATE_HOSTS,
    metricsToken: v.METRICS_TOKEN ?? null,
    worker: v.WORKER === 'on',
    logLevel: v.LOG_LEVEL,
    httpsProxy: v.HTTPS_PROXY ?? null,
    noProxy: v.NO_PROXY ?? null,
  }
}

/**
 * The same for the process that serves: it must not hold the owner's way into the database.
 * @throws {EnvironmentError} naming every fault at once
 */
export function parseServerEnvironment(source: EnvironmentSource): Environment {
  const ownerFaults = ['DATABASE_OWNER_URL', 'DATABASE_OWNER_URL_FILE']
    .filter((name) => isSet(source[name]))
    .map((name) => `${name}: must not be set here; only db:deploy may hold the owner of the database`)
  try {
    const environment = parseEnvironment(source)
    if (ownerFaults.length === 0) return environment
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error
    throw new EnvironmentError([...error.faults, ...ownerFaults])
  }
  throw new EnvironmentError(ownerFaults)
}

/** A variable that is none of the portal’s own: npm’s, or what a projects file names as the place of a secret. Undefined when it is not set or empty. */
export function findVariable(name: string): string | undefined {
  const value = process.env[name]
  return isSet(value) ? value : undefined
}

/** An empty variable counts as none: that is how compose files and unit files leave one out. */
function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== ''
}

function withFiles(source: EnvironmentSource, faults: string[]): Record<string, string | undefined> {
  const values: Record<string, string | undefined> = {}
  for (const name of Object.keys(variables.shape))
    values[name] = isSet(source[name]) ? source[name] : undefined
  for (const name of SECRETS) {
    const file = source[`${name}_FILE`]
    if (!isSet(file)) continue
    if (values[name] !== undefined) {
      faults.push(`${name}: is set, and ${name}_FILE too; leave one out`)
      continue
    }
    const text = readText(file)
    if (!isSet(text)) faults.push(`${name}_FILE: names a file that cannot be read or is empty`)
    else values[name] = text.trim()
  }
  return values
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const text = z.string().trim()

const wholeNumber = (from: number, to: number) =>
  text
    .regex(/^\d{1,9}$/, `must be a whole number from ${from} to ${to}`)
    .transform(Number)
    .refine((value) => value >= from && value <= to, `must be a whole number from ${from} to ${to}`)

const perMinute = wholeNumber(1, 1_000_000)

const url = (schemes: readonly string[], message: string) =>
  text.refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), message)

const httpUrl = url(['http:', 'https:'], 'must be an http(s) address')

const key32 = text.transform((value, context) => {
  const bytes = Buffer.from(value, 'base64')
  // Buffer skips what is not base64; only the exact spelling comes back the same.
  if (bytes.length === 32 && bytes.toString('base64') === value) return new Uint8Array(bytes)
  context.addIssue({ code: 'custom', message: 'must be 32 bytes in base64 (openssl rand -base64 32)' })
  return z.NEVER
})

const signingKey = text.transform((value, context) => {
  const pem = value.includes('-----BEGIN') ? value : readText(value)
  const key = pem === undefined ? null : parseSigningKey(pem)
  if (key !== null) return key
  context.addIssue({
    code: 'custom',
    message:
      pem === undefined
        ? 'must be an Ed25519 private key as PEM, or the path of a file that can be read'
        : 'must be an unencrypted Ed25519 private key as PEM (openssl genpkey -algorithm ed25519)',
  })
  return z.NEVER
})

const anchor = text.transform((value, context): AnchorPlace => {
  const [, kind, place = '', prefix = ''] = /^(s3|azure):\/\/([^/?#\s]+)(?:\/([^?#\s]*))?$/.exec(value) ?? []
  if (kind === 's3') return { kind, bucket: place, prefix }
  if (kind === 'azure') return { kind, container: place, prefix }
  const [, folder] = /^file:(\/.*)$/.exec(value) ?? []
  if (folder !== undefined) return { kind: 'file', folder: folder.replace(/^\/+/, '/') }
  context.addIssue({
    code: 'custom',
    message: 'must be s3://bucket/prefix, azure://container/prefix or file:/folder',
  })
  return z.NEVER
})

const azureAccount = text.transform((value, context) => {
  const parsed = parseConnectionString(value)
  if (parsed !== null) return parsed
  context.addIssue({ code: 'custom', message: 'must be a connection string with AccountName and AccountKey' })
  return z.NEVER
})

const roleClaim = text.transform((value, context) => {
  const parsed = parseRoleClaim(value)
  if (parsed !== null) return parsed
  context.addIssue({
    code: 'custom',
    message:
      'must be the name of a claim, or JSON {"claim": {"value": "reviewer" or {"role": "reviewer", "projects": ["…"]}}}',
  })
  return z.NEVER
})

const privateHosts = text
  .transform((value) =>
    value
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  )
  .refine(areHosts, 'must be a comma list of host, host:port or CIDR')

function areHosts(entries: readonly string[]): boolean {
  try {
    parseAllowedHosts(entries)
    return true
  } catch {
    return false
  }
}

const variables = z.object({
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: text.default('127.0.0.1'),
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'must be postgresql://user:password@host:port/database'),
  NEXTAUTH_URL: url(['http:', 'https:'], 'must be the http(s) address people open')
    .refine(
      (value) => !URL.canParse(value) || isBareOrigin(new URL(value)),
      'must be scheme, host and port alone, without a path',
    )
    .transform((value) => (URL.canParse(value) ? new URL(value).origin : value)),
  NEXTAUTH_SECRET: text.min(32, 'must have 32 characters or more (openssl rand -base64 32)'),
  OIDC_ISSUER: url(['http:', 'https:'], 'must be the http(s) address of the identity provider').refine(
    (value) => !/[?#]/.test(value),
    'must not have a query or a fragment',
  ),
  OIDC_CLIENT_ID: text,
  OIDC_CLIENT_SECRET: text,
  OIDC_NAME: text.max(80, 'must have 80 characters or fewer').default('your organisation'),
  OIDC_ROLE_CLAIM: roleClaim.optional(),
  OIDC_GROUP_CLAIM: text.regex(CLAIM_NAME, 'must be the name of a claim').optional(),
  OIDC_ACR_VALUES: text
    .regex(/^[\x20-\x7e]{1,1000}$/, 'must be names of ways to sign in, with spaces between')
    .transform((value) => value.split(/ +/))
    .default([]),
  PLAY_MAX_AUTH_AGE: wholeNumber(60, 604_800).default(28_800),
  SECRETS_KEY: key32,
  SECRETS_KEY_PREVIOUS: key32.optional(),
  AUDIT_SIGNING_KEY: signingKey,
  AUDIT_SIGNING_KEY_PREVIOUS: signingKey.optional(),
  AUDIT_ANCHOR: anchor.optional(),
  AUDIT_TIMESTAMP_URL: httpUrl.optional(),
  AWS_ENDPOINT_URL_S3: httpUrl.optional(),
  AWS_ENDPOINT_URL: httpUrl.optional(),
  AZURE_STORAGE_CONNECTION_STRING: azureAccount.optional(),
  AZURE_STORAGE_ACCOUNT: text.regex(/^[a-z0-9]{3,24}$/, 'must be the name of a storage account').optional(),
  AZURE_STORAGE_KEY: text.optional(),
  LIMIT_SEARCHES_PER_MINUTE: perMinute.default(60),
  LIMIT_OPENS_PER_MINUTE: perMinute.default(30),
  LIMIT_REQUESTS_PER_MINUTE: perMinute.default(10),
  LIMIT_SIGN_INS_PER_MINUTE: perMinute.default(60),
  LIMIT_LOG_READS_PER_MINUTE: perMinute.default(120),
  TRUSTED_PROXIES: wholeNumber(0, 16).default(0),
  ALLOW_PRIVATE_HOSTS: privateHosts.default([]),
  METRICS_TOKEN: text.min(16, 'must have 16 characters or more').optional(),
  WORKER: z.enum(['on', 'off'], 'must be on or off').default('on'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  HTTPS_PROXY: url(['http:', 'https:'], 'must be the http(s) address of a proxy').optional(),
  NO_PROXY: text.optional(),
  // Node reads it by itself, and passes over in silence what it cannot read.
  NODE_EXTRA_CA_CERTS: text
    .refine((path) => readText(path)?.includes('-----BEGIN CERTIFICATE-----') === true, {
      message: 'must be the path of a readable file of PEM certificates',
    })
    .optional(),
})

/** The anchor with how it is got at. */
function findAnchor(v: z.infer<typeof variables>, faults: string[]): AuditAnchor | null {
  const place = v.AUDIT_ANCHOR ?? null
  if (place?.kind === 's3') return { ...place, endpoint: v.AWS_ENDPOINT_URL_S3 ?? v.AWS_ENDPOINT_URL ?? null }
  if (place?.kind !== 'azure') return place
  const accountName = v.AZURE_STORAGE_ACCOUNT
  if (v.AZURE_STORAGE_CONNECTION_STRING !== undefined)
    return { ...place, account: v.AZURE_STORAGE_CONNECTION_STRING }
  if (accountName !== undefined)
    return { ...place, account: { accountName, accountKey: v.AZURE_STORAGE_KEY ?? null, domain: null } }
  faults.push(
    'AUDIT_ANCHOR: is in Azure, and neither AZURE_STORAGE_CONNECTION_STRING nor AZURE_STORAGE_ACCOUNT says in which account',
  )
  return null
}

function isBareOrigin(address: URL): boolean {
  return (
    address.pathname === '/' &&
    address.search === '' &&
    address.hash === '' &&
    address.username === '' &&
    address.password === ''
  )
}
