import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { EnvironmentError, type EnvironmentSource, parseEnvironment, parseServerEnvironment } from './env.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-env-'))
afterAll(() => rmSync(folder, { recursive: true }))

const openssl = (...args: string[]): string => execFileSync('openssl', args, { encoding: 'utf8' })
const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const signingKey = openssl('genpkey', '-algorithm', 'ed25519')
const secretsKey = openssl('rand', '-base64', '32').trim()

const complete: EnvironmentSource = {
  DATABASE_URL: 'postgresql://recordroom:word@db.bank.test:5432/recordroom?sslmode=require',
  NEXTAUTH_URL: 'https://recordroom.bank.test',
  NEXTAUTH_SECRET: openssl('rand', '-base64', '32').trim(),
  OIDC_ISSUER: 'https://login.bank.test/realm',
  OIDC_CLIENT_ID: 'recordroom',
  OIDC_CLIENT_SECRET: 'client-secret',
  SECRETS_KEY: secretsKey,
  AUDIT_SIGNING_KEY: signingKey,
}

const faultsOf = (source: EnvironmentSource, parse = parseEnvironment): readonly string[] => {
  try {
    parse(source)
  } catch (error) {
    if (error instanceof EnvironmentError) return error.faults
    throw error
  }
  return []
}

describe('a complete environment', () => {
  test('has the defaults of what is left out', () => {
    const environment = parseEnvironment(complete)
    expect(environment).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      origin: 'https://recordroom.bank.test',
      https: true,
      playMaxAuthAgeSeconds: 28_800,
      limits: {
        ...{ searchesPerMinute: 60, opensPerMinute: 30, requestsPerMinute: 10, signInsPerMinute: 60 },
        logReadsPerMinute: 120,
      },
      trustedProxies: 0,
      allowPrivateHosts: [],
      metricsToken: null,
      worker: true,
      logLevel: 'info',
      auditAnchor: null,
      auditSigningKeyPrevious: null,
      secretsKeyPrevious: null,
    })
    expect(Buffer.from(environment.secretsKey).toString('base64')).toBe(secretsKey)
    expect(environment.auditSigningKey.asymmetricKeyType).toBe('ed25519')
  })

  test('is http when the site is', () => {
    const { https, origin } = parseEnvironment({ ...complete, NEXTAUTH_URL: 'http://127.0.0.1:3000/' })
    expect([https, origin]).toEqual([false, 'http://127.0.0.1:3000'])
  })

  test('reads lists, switches and numbers', () => {
    const environment = parseEnvironment({
      ...complete,
      ALLOW_PRIVATE_HOSTS: 'minio.inside:9000, 10.0.0.0/8,',
      WORKER: 'off',
      TRUSTED_PROXIES: '2',
      PORT: '0',
      AUDIT_ANCHOR: 's3://anchors/recordroom/prod',
    })
    expect(environment.allowPrivateHosts).toEqual(['minio.inside:9000', '10.0.0.0/8'])
    expect(environment).toMatchObject({ worker: false, trustedProxies: 2, port: 0 })
    const place = { kind: 's3', bucket: 'anchors', prefix: 'recordroom/prod' }
    expect(environment.auditAnchor).toEqual({ ...place, endpoint: null })
  })

  test('finds how an anchor is got at', () => {
    const anchorOf = (changes: Record<string, string>) =>
      parseEnvironment({ ...complete, ...changes }).auditAnchor
    expect(anchorOf({ AUDIT_ANCHOR: 's3://a', AWS_ENDPOINT_URL: 'https://minio.test' })).toEqual({
      ...{ kind: 's3', bucket: 'a', prefix: '', endpoint: 'https://minio.test' },
    })
    const azure = { AUDIT_ANCHOR: 'azure://heads/log' }
    const place = { kind: 'azure', container: 'heads', prefix: 'log' }
    const said =
      'DefaultEndpointsProtocol=https;AccountName=bank;AccountKey=a2V5PT0=;EndpointSuffix=core.test'
    expect(anchorOf({ ...azure, AZURE_STORAGE_CONNECTION_STRING: said })).toEqual({
      ...place,
      account: { accountName: 'bank', accountKey: 'a2V5PT0=', domain: 'core.test' },
    })
    expect(anchorOf({ ...azure, AZURE_STORAGE_ACCOUNT: 'bank' })).toEqual({
      ...place,
      account: { accountName: 'bank', accountKey: null, domain: null },
    })
    expect(() => anchorOf(azure)).toThrow('AUDIT_ANCHOR: is in Azure')
  })

  test('reads what the identity provider is asked for and what of its answer counts', () => {
    expect(parseEnvironment(complete).oidc).toMatchObject({
      roleClaim: null,
      groupClaim: null,
      acrValues: [],
    })
    const { oidc } = parseEnvironment({
      ...complete,
      OIDC_ROLE_CLAIM: '{"groups": {"rr-audit": {"role": "auditor", "projects": ["Retail EU"]}}}',
      OIDC_GROUP_CLAIM: 'groups',
      OIDC_ACR_VALUES: ' urn:bank:two  urn:bank:three ',
    })
    expect(oidc).toMatchObject({
      roleClaim: {
        claim: 'groups',
        proposals: new Map([['rr-audit', { role: 'auditor', projects: ['Retail EU'] }]]),
      },
      groupClaim: 'groups',
      acrValues: ['urn:bank:two', 'urn:bank:three'],
    })
  })

  test('takes each secret from a file instead', () => {
    const fromFiles: Record<string, string> = {}
    for (const [name, value] of Object.entries(complete)) {
      const isSecret =
        /^(DATABASE_URL|NEXTAUTH_SECRET|OIDC_CLIENT_SECRET|SECRETS_KEY|AUDIT_SIGNING_KEY)$/.test(name)
      if (isSecret) fromFiles[`${name}_FILE`] = file(name, `${value}\n`)
      else fromFiles[name] = value ?? ''
    }
    expect(faultsOf(fromFiles)).toEqual([])
    expect(parseEnvironment(fromFiles).nextauthSecret).toBe(complete.NEXTAUTH_SECRET)
  })

  test('takes the signing key by its path', () => {
    const path = file('signing.pem', signingKey)
    expect(parseEnvironment({ ...complete, AUDIT_SIGNING_KEY: path }).auditSigningKey.type).toBe('private')
  })

  test('takes the signing key before this one as PEM, by its path and from a file', () => {
    const earlier = openssl('genpkey', '-algorithm', 'ed25519')
    const path = file('earlier.pem', earlier)
    for (const source of [
      { AUDIT_SIGNING_KEY_PREVIOUS: earlier },
      { AUDIT_SIGNING_KEY_PREVIOUS: path },
      { AUDIT_SIGNING_KEY_PREVIOUS_FILE: path },
    ]) {
      const { auditSigningKeyPrevious } = parseEnvironment({ ...complete, ...source })
      expect(auditSigningKeyPrevious?.export({ format: 'pem', type: 'pkcs8' })).toBe(earlier)
    }
  })
})

describe('a faulty environment', () => {
  test('names everything that is missing at once', () => {
    const required = Object.keys(complete).sort()
    expect(faultsOf({}).toSorted()).toEqual(required.map((name) => `${name}: is missing`))
  })

  test('takes an empty variable for a missing one', () => {
    expect(faultsOf({ ...complete, SECRETS_KEY: '' })).toEqual(['SECRETS_KEY: is missing'])
  })

  test.each([
    ['DATABASE_URL', 'mysql://db/recordroom'],
    ['NEXTAUTH_URL', 'recordroom.bank.test'],
    ['NEXTAUTH_URL', 'https://recordroom.bank.test/portal'],
    ['NEXTAUTH_SECRET', 'short'],
    ['OIDC_ISSUER', 'login.bank.test'],
    ['OIDC_ROLE_CLAIM', '{"groups": {"everybody": "owner"}}'],
    ['OIDC_GROUP_CLAIM', 'my groups'],
    ['OIDC_ACR_VALUES', 'urn:two\nurn:three'],
    ['SECRETS_KEY', 'c2hvcnQ='],
    ['SECRETS_KEY', `${secretsKey.slice(0, -1)} =`],
    ['SECRETS_KEY', secretsKey.replace(/=$/, '')],
    ['AUDIT_SIGNING_KEY', '/nowhere/signing.pem'],
    ['AUDIT_SIGNING_KEY', openssl('genpkey', '-algorithm', 'x25519')],
    ['AUDIT_SIGNING_KEY', openssl('pkey', '-in', file('whole.pem', signingKey), '-pubout')],
    ['AUDIT_SIGNING_KEY_PREVIOUS', '/nowhere/signing.pem'],
    ['AUDIT_SIGNING_KEY_PREVIOUS', openssl('genpkey', '-algorithm', 'x25519')],
    ['AUDIT_ANCHOR', 'ftp://anchors'],
    ['TRUSTED_PROXIES', '-1'],
    ['PORT', '70000'],
    ['ALLOW_PRIVATE_HOSTS', 'http://minio'],
    ['WORKER', 'yes'],
    ['LOG_LEVEL', 'loud'],
    ['METRICS_TOKEN', 'short'],
    ['NODE_EXTRA_CA_CERTS', '/nowhere/ca.pem'],
  ])('names %s and does not repeat its value', (name, value) => {
    const faults = faultsOf({ ...complete, [name]: value })
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(new RegExp(`^${name}: must `))
    expect(faults[0]).not.toContain(value)
  })

  test('names a secret’s file that cannot be read, once', () => {
    const { SECRETS_KEY: _, ...rest } = complete
    const faults = faultsOf({ ...rest, SECRETS_KEY_FILE: '/nowhere/key' })
    expect(faults).toEqual(['SECRETS_KEY_FILE: names a file that cannot be read or is empty'])
  })

  test('refuses a secret that is given twice', () => {
    const faults = faultsOf({ ...complete, SECRETS_KEY_FILE: file('twice', secretsKey) })
    expect(faults).toEqual(['SECRETS_KEY: is set, and SECRETS_KEY_FILE too; leave one out'])
  })
})

describe('the environment of the process that serves', () => {
  test('must not hold the owner of the database', () => {
    const source = { ...complete, DATABASE_OWNER_URL: 'postgresql://owner:word@db/recordroom' }
    expect(faultsOf(source)).toEqual([])
    const faults = faultsOf(source, parseServerEnvironment)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/^DATABASE_OWNER_URL: must not be set/)
  })

  test('names that among all other faults', () => {
    const faults = faultsOf({ DATABASE_OWNER_URL_FILE: '/run/owner' }, parseServerEnvironment)
    expect(faults).toHaveLength(Object.keys(complete).length + 1)
  })
})
