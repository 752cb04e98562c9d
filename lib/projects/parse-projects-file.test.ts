import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FileFaults } from '../apply/file-faults.ts'
import { fingerprintOf, makeCertificate, readText, type TestCertificate } from '../keys/test-certificates.ts'
import { parseProjectsFile } from './parse-projects-file.ts'
import { SECRET_SOURCES } from './secret-reference.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let plain: TestCertificate
let locked: TestCertificate
beforeAll(() => {
  mkdirSync(join(folder, 'keys'))
  plain = makeCertificate(folder, 'plain')
  locked = makeCertificate(folder, 'locked', { passphrase: 'four words and more' })
  writeFileSync(join(folder, 'keys', 'empty'), '\n\n')
  writeFileSync(join(folder, 'keys', 'secret'), 'from a file\r\n')
})

const variables: Record<string, string> = { OPENTOK_SECRET: 'from a variable', PASS: 'four words and more' }
const context = {
  folder,
  sources: { ...SECRET_SOURCES, findVariable: (name: string) => variables[name] },
}

type Fields = Record<string, unknown>

const recorder = (changes: Fields = {}): Fields => ({
  ...{ kind: 'opentok', apiUrl: 'https://api.opentok.com', apiKey: '46201502' },
  ...{ apiSecret: { env: 'OPENTOK_SECRET' } },
  ...changes,
})
const project = (changes: Fields = {}): Fields => ({ name: 'Retail EU', recorder: recorder(), ...changes })
const s3 = (changes: Fields = {}): Fields => ({
  kind: 's3',
  bucket: 'calls',
  region: 'eu-central-1',
  ...changes,
})
const azure = (changes: Fields = {}): Fields => ({
  ...{ kind: 'azure', accountName: 'bankcalls', container: 'calls' },
  ...changes,
})
const certificate = (changes: Fields = {}): Fields => ({
  ...{ certificate: { file: 'plain.cert.pem' }, privateKey: { file: 'plain.key.pem' } },
  ...changes,
})

const parse = (projects: unknown[]) => parseProjectsFile(JSON.stringify({ projects }), context)

const faultsOf = (file: unknown): readonly string[] => {
  try {
    parseProjectsFile(typeof file === 'string' ? file : JSON.stringify(file), context)
    return []
  } catch (error) {
    if (error instanceof FileFaults) return error.faults
    throw error
  }
}

describe('a file is read', () => {
  test('with all that it may say', () => {
    const reasons = [{ code: 'regulator', label: 'Regulator’s request', caseRequired: true }]
    const [given] = parse([
      project({
        ...{ region: 'eu', unit: 'retail', environment: 'production', reasons, concurrentViewings: 3 },
        ...{ longestGrantDays: 30, fourEyes: true, playMaxAuthAge: 3600 },
        recorder: recorder({ apiUrl: 'https://api.opentok.com/', callbackSecret: 'in the file' }),
        storage: [
          s3({
            ...{
              endpoint: 'https://s3.bank.test:9000',
              accessKeyId: 'AKIA',
              roleArn: 'arn:aws:iam::1:role/r',
            },
            secretAccessKey: { file: 'keys/secret' },
          }),
          azure({ accountKey: { env: 'OPENTOK_SECRET' }, domain: 'core.cloud.test' }),
        ],
        certificates: [
          certificate({
            certificate: { file: join(folder, 'locked.cert.pem') },
            privateKey: { file: './keys/../locked.key.pem', passphrase: { env: 'PASS' } },
          }),
          certificate(),
        ],
      }),
    ])
    expect(given).toEqual({
      ...{ kind: 'opentok', recorderKey: '46201502', name: 'Retail EU', region: 'eu', unit: 'retail' },
      ...{ environment: 'production', apiUrl: 'https://api.opentok.com', reasons, concurrentViewings: 3 },
      ...{ longestGrantDays: 30, fourEyes: true, playMaxAuthAgeSeconds: 3600 },
      secrets: { apiSecret: { env: 'OPENTOK_SECRET' }, callbackSecret: { plain: 'in the file' } },
      storage: [
        {
          settings: {
            ...{ kind: 's3', bucket: 'calls', region: 'eu-central-1', endpoint: 'https://s3.bank.test:9000' },
            ...{ accessKeyId: 'AKIA', roleArn: 'arn:aws:iam::1:role/r' },
          },
          secrets: { secretAccessKey: { file: join(folder, 'keys', 'secret') } },
        },
        {
          settings: {
            kind: 'azure',
            accountName: 'bankcalls',
            container: 'calls',
            domain: 'core.cloud.test',
          },
          secrets: { accountKey: { env: 'OPENTOK_SECRET' } },
        },
      ],
      certificates: [
        expect.objectContaining({
          fingerprint: fingerprintOf(folder, locked),
          secrets: {
            privateKey: { file: join(folder, 'locked.key.pem') },
            passphrase: { env: 'PASS' },
          },
        }),
        expect.objectContaining({
          fingerprint: fingerprintOf(folder, plain),
          secrets: { privateKey: { file: join(folder, 'plain.key.pem') } },
        }),
      ],
    })
  })

  test('with what may be left out left out', () => {
    const [given] = parse([{ name: 'Retail', recorder: { kind: 'opentok', apiKey: '1', apiSecret: 'x' } }])
    expect(given).toMatchObject({ apiUrl: 'https://api.opentok.com', secrets: { apiSecret: { plain: 'x' } } })
    for (const name of ['region', 'unit', 'environment', 'storage', 'certificates', 'reasons'] as const)
      expect(given?.[name], name).toBeUndefined()
  })

  test('with a recorder of the other kind, whose key is a UUID and a private key', () => {
    const key = readText(folder, 'plain.key.pem')
    const applicationId = '5F6E7D8C-0000-4000-8000-00000000000A'
    const [given] = parse([project({ recorder: { kind: 'vonage', applicationId, privateKey: key } })])
    expect(given).toMatchObject({
      ...{ kind: 'vonage', recorderKey: applicationId.toLowerCase(), apiUrl: 'https://video.api.vonage.com' },
      secrets: { privateKey: { plain: key } },
    })
  })

  test('with certificate and key written into it', () => {
    const [given] = parse([
      project({
        certificates: [
          {
            certificate: readText(folder, 'locked.cert.pem'),
            privateKey: { file: 'locked.key.pem', passphrase: 'four words and more' },
          },
        ],
      }),
    ])
    expect(given?.certificates).toMatchObject([
      {
        fingerprint: fingerprintOf(folder, locked),
        secrets: { passphrase: { plain: 'four words and more' } },
      },
    ])
  })
})

const PLACES = 'must be {"env": name}, {"file": path} or a string'

describe('a file is refused', () => {
  test.each<[string, unknown, string[]]>([
    ['that is not JSON, without a word of it', '{"apiSecret": "hidden', ['the file: is not JSON']],
    ['without projects', {}, ['projects: is missing']],
    ['with something else', { projects: [], people: [] }, ['people: is not known here']],
    ['with projects that are no list', { projects: project() }, ['projects: must be a list']],
    ['with a project that is none', { projects: ['Retail'] }, ['projects[0]: must be an object']],
  ])('%s', (_, file, faults) => {
    const found = faultsOf(file)
    expect(found.map((fault) => fault.replace(/, at position.*/, ''))).toEqual(faults)
    expect(found.join()).not.toContain('hidden')
  })

  test.each<[string, Fields, string]>([
    ['without a name', { name: undefined }, 'name: is missing'],
    ['with an empty name', { name: '  ' }, 'name: must not be empty'],
    ['with a name of two lines', { name: 'a\nb' }, 'name: must not hold control characters'],
    ['with a name too long', { name: 'a'.repeat(121) }, 'name: must have 120 characters or fewer'],
    ['without a recorder', { recorder: undefined }, 'recorder: is missing'],
    ['with a field it does not have', { retention: 1 }, 'retention: is not known here'],
    ['with no reason at all', { reasons: [] }, 'reasons: must hold one reason at least'],
    [
      'with a reason twice',
      {
        reasons: [
          { code: 'a', label: 'A' },
          { code: 'a', label: 'B' },
        ],
      },
      'reasons[1].code: is there twice',
    ],
    [
      'with a reason of a strange code',
      { reasons: [{ code: 'A b', label: 'A' }] },
      'reasons[0].code: must be small letters, digits and hyphens',
    ],
    ['with a reason without words', { reasons: [{ code: 'a' }] }, 'reasons[0].label: is missing'],
    [
      'with a word for yes',
      { reasons: [{ code: 'a', label: 'A', caseRequired: 'yes' }] },
      'reasons[0].caseRequired: must be true or false',
    ],
    ['with no viewing at once', { concurrentViewings: 0 }, 'concurrentViewings: must be 1 or more'],
    ['with half a viewing', { concurrentViewings: 1.5 }, 'concurrentViewings: must be a whole number'],
    ['with grants of no days', { longestGrantDays: 0 }, 'longestGrantDays: must be 1 or more'],
    [
      'with grants of half days',
      { longestGrantDays: 0.5 },
      'longestGrantDays: must be a whole number of days',
    ],
    ['with grants for ever', { longestGrantDays: 1e6 }, 'longestGrantDays: must be 3,660 or fewer'],
    ['with two eyes', { fourEyes: 2 }, 'fourEyes: must be true or false'],
    ['with fresh sign-ins only', { playMaxAuthAge: 1 }, 'playMaxAuthAge: must be 60 or more'],
    ['with sign-ins of ever', { playMaxAuthAge: 1e9 }, 'playMaxAuthAge: must be 604,800 or fewer'],
    ['with very many viewings', { concurrentViewings: 1e9 }, 'concurrentViewings: must be 100 or fewer'],
  ])('for a project %s', (_, changes, fault) => {
    expect(faultsOf({ projects: [project(changes)] })).toEqual([`projects[0].${fault}`])
  })

  const KEY_FORM = 'must be letters and digits, as the recorder says it'
  const URL_FORM = 'must be an http(s) address without user, query or fragment'
  test.each<[string, Fields, string]>([
    ['of no kind', { kind: undefined }, 'kind: must be "opentok" or "vonage"'],
    ['of another kind', { kind: 'zoom' }, 'kind: must be "opentok" or "vonage"'],
    ['without a key', { apiKey: undefined }, 'apiKey: is missing'],
    ['with a key that is a number', { apiKey: 46201502 }, 'apiKey: must be text'],
    ['with a key that is a path', { apiKey: '../46201502' }, `apiKey: ${KEY_FORM}`],
    ['with the other kind’s key', { applicationId: 'x' }, 'applicationId: is not known here'],
    ['at no address', { apiUrl: 'api.opentok.com' }, `apiUrl: ${URL_FORM}`],
    ['at a file', { apiUrl: 'file:///etc/passwd' }, `apiUrl: ${URL_FORM}`],
    ['at an address with a password', { apiUrl: 'https://u:hidden@h.test' }, `apiUrl: ${URL_FORM}`],
    ['at an address with a query', { apiUrl: 'https://h.test/?a=b' }, `apiUrl: ${URL_FORM}`],
    ['without its secret', { apiSecret: undefined }, 'apiSecret: is missing'],
    ['with an empty secret', { apiSecret: ' ' }, 'apiSecret: must not be empty'],
    ['with a secret that is a number', { apiSecret: 7 }, `apiSecret: ${PLACES}`],
    ['with a secret elsewhere', { apiSecret: { vault: 'x' } }, `apiSecret: ${PLACES}`],
    ['with a secret that is a list', { apiSecret: ['x'] }, `apiSecret: ${PLACES}`],
    [
      'with a secret at two places',
      { apiSecret: { env: 'A', file: 'b' } },
      'apiSecret.file: is not known here',
    ],
    [
      'with a variable that has no such name',
      { apiSecret: { env: 'A-B' } },
      'apiSecret.env: must be the name of an environment variable',
    ],
    [
      'with a variable that is not set',
      { apiSecret: { env: 'UNSET' } },
      'apiSecret.env: the variable UNSET is not set',
    ],
    [
      'with a file that is not there',
      { callbackSecret: { file: 'keys/none' } },
      'callbackSecret.file: the file FOLDER/keys/none cannot be read or is empty',
    ],
    [
      'with a file that is empty',
      { callbackSecret: { file: 'keys/empty' } },
      'callbackSecret.file: the file FOLDER/keys/empty cannot be read or is empty',
    ],
    [
      'with a file that is a folder',
      { callbackSecret: { file: 'keys' } },
      'callbackSecret.file: the file FOLDER/keys cannot be read or is empty',
    ],
  ])('for a recorder %s', (_, changes, fault) => {
    const found = faultsOf({ projects: [project({ recorder: recorder(changes) })] })
    expect(found).toEqual([`projects[0].recorder.${fault.replace('FOLDER', folder)}`])
    expect(found.join()).not.toContain('hidden')
  })

  test.each<[string, Fields, string]>([
    ['without its id', { applicationId: undefined }, 'applicationId: is missing'],
    ['with an id that is none', { applicationId: '46201502' }, 'applicationId: must be a UUID'],
    ['without its key', { privateKey: undefined }, 'privateKey: is missing'],
    ['with a key that is none', { privateKey: 'x' }, 'privateKey: is not an unlocked RSA private key as PEM'],
    [
      'with a locked key',
      { privateKey: { file: 'locked.key.pem' } },
      'privateKey: is not an unlocked RSA private key as PEM',
    ],
    [
      'with a certificate for a key',
      { privateKey: { file: 'plain.cert.pem' } },
      'privateKey: is not an unlocked RSA private key as PEM',
    ],
  ])('for a recorder of applications %s', (_, changes, fault) => {
    const applications = {
      ...{ kind: 'vonage', applicationId: '5f6e7d8c-0000-4000-8000-00000000000a' },
      ...{ privateKey: { file: 'plain.key.pem' }, ...changes },
    }
    expect(faultsOf({ projects: [project({ recorder: applications })] })).toEqual([
      `projects[0].recorder.${fault}`,
    ])
  })

  test.each<[string, Fields, string]>([
    ['of another kind', { kind: 'gcs' }, 'kind: must be "s3" or "azure"'],
    ['without a bucket', s3({ bucket: undefined }), 'bucket: is missing'],
    ['with a bucket that is an address', s3({ bucket: 's3://calls' }), 'bucket: must be a bucket’s name'],
    ['with neither region nor endpoint', s3({ region: undefined }), 'region: is missing'],
    [
      'with a region that is none',
      s3({ region: 'EU Central' }),
      'region: must be a region, such as eu-central-1',
    ],
    ['with an endpoint that is none', s3({ endpoint: 's3.bank.test' }), `endpoint: ${URL_FORM}`],
    [
      'with half of its keys',
      s3({ accessKeyId: 'AKIA' }),
      'secretAccessKey: is missing: both keys are needed, or none',
    ],
    [
      'with the other half',
      s3({ secretAccessKey: 'x' }),
      'accessKeyId: is missing: both keys are needed, or none',
    ],
    ['with a role that is none', s3({ roleArn: 'reader' }), 'roleArn: must begin with arn:'],
    ['with a container in a bucket’s place', s3({ container: 'c' }), 'container: is not known here'],
    ['without an account', azure({ accountName: undefined }), 'accountName: is missing'],
    [
      'with an account in capitals',
      azure({ accountName: 'Calls' }),
      'accountName: must be a storage account’s name',
    ],
    ['with a container that is a path', azure({ container: 'a/b' }), 'container: must be a container’s name'],
    [
      'with a domain that is none',
      azure({ domain: 'https://u:p@h.test' }),
      'domain: must be a host suffix, or an http(s) address without user, query or fragment',
    ],
    [
      'with a key that is not set',
      azure({ accountKey: { env: 'UNSET' } }),
      'accountKey.env: the variable UNSET is not set',
    ],
  ])('for a storage target %s', (_, target, fault) => {
    expect(faultsOf({ projects: [project({ storage: [s3({ bucket: 'other' }), target] })] })).toEqual([
      `projects[0].storage[1].${fault}`,
    ])
  })

  test('for a storage target twice, also when it is written otherwise', () => {
    const endpoint = 'https://s3.bank.test'
    const storage = [
      s3({ endpoint }),
      azure(),
      s3({ endpoint: `${endpoint}/`, region: 'us-east-1' }),
      azure({ domain: 'core.cloud.test' }),
      s3(),
    ]
    expect(faultsOf({ projects: [project({ storage })] })).toEqual([
      'projects[0].storage[2]: is there twice',
      'projects[0].storage[3]: is there twice',
    ])
  })

  test.each<[string, Fields, string]>([
    ['without one', { certificate: undefined }, 'certificate: is missing'],
    ['without a key', { privateKey: undefined }, 'privateKey: is missing'],
    [
      'of a file that is not there',
      { certificate: { file: 'none.pem' } },
      'certificate.file: the file FOLDER/none.pem cannot be read or is empty',
    ],
    ['that is none', { certificate: 'x' }, 'certificate: is not an X.509 certificate as PEM'],
    [
      'with another’s key',
      { privateKey: { file: 'locked.key.pem', passphrase: { env: 'PASS' } } },
      'privateKey: does not belong to the certificate',
    ],
    [
      'with a locked key and no passphrase',
      { certificate: { file: 'locked.cert.pem' }, privateKey: { file: 'locked.key.pem' } },
      'privateKey.passphrase: is missing: the key is locked',
    ],
    [
      'with a wrong passphrase',
      {
        certificate: { file: 'locked.cert.pem' },
        privateKey: { file: 'locked.key.pem', passphrase: 'hidden' },
      },
      'privateKey.passphrase: does not open the key',
    ],
    [
      'with a passphrase that is not set',
      {
        certificate: { file: 'locked.cert.pem' },
        privateKey: { file: 'locked.key.pem', passphrase: { env: 'UNSET' } },
      },
      'privateKey.passphrase.env: the variable UNSET is not set',
    ],
    [
      'with a field it does not have',
      certificate({ privateKey: { file: 'plain.key.pem', password: 'hidden' } }),
      'privateKey.password: is not known here',
    ],
  ])('for a certificate %s', (_, changes, fault) => {
    const others = [
      certificate({
        certificate: { file: 'locked.cert.pem' },
        privateKey: { file: 'locked.key.pem', passphrase: { env: 'PASS' } },
      }),
    ]
    const found = faultsOf({ projects: [project({ certificates: [...others, certificate(changes)] })] })
    expect(found).toEqual([`projects[0].certificates[1].${fault.replace('FOLDER', folder)}`])
    expect(found.join()).not.toContain('hidden')
  })

  test('for a certificate twice', () => {
    expect(faultsOf({ projects: [project({ certificates: [certificate(), certificate()] })] })).toEqual([
      'projects[0].certificates[1].certificate: is there twice',
    ])
  })

  test('for a project twice, by its recorder or by its name', () => {
    const projects = [project(), project({ name: 'Other' }), project({ recorder: recorder({ apiKey: '2' }) })]
    expect(faultsOf({ projects })).toEqual([
      'projects[1].recorder: is the recorder of another project of this file',
      'projects[2].name: is the name of another project of this file',
    ])
  })

  test('with every fault named at once', () => {
    const projects = [
      project({ name: '', storage: [s3({ bucket: '/' })], certificates: [{}] }),
      project({ recorder: { kind: 'opentok' } }),
    ]
    expect(faultsOf({ projects })).toEqual([
      'projects[0].name: must not be empty',
      'projects[0].storage[0].bucket: must be a bucket’s name',
      'projects[0].certificates[0].certificate: is missing',
      'projects[0].certificates[0].privateKey: is missing',
      'projects[1].recorder.apiKey: is missing',
      'projects[1].recorder.apiSecret: is missing',
    ])
  })
})
