import { describe, expect, test } from 'vitest'
import { FileFaults } from '../../apply/file-faults.ts'
import { parseAccessFile } from './parse-access-file.ts'

const grant = (changes: Record<string, unknown> = {}) => ({
  ...{ email: 'a@bank.test', project: 'Retail EU', rights: ['recording:find', 'recording:play'] },
  ...{ until: '2027-01-31T00:00:00Z', reason: 'Complaints of the spring' },
  ...changes,
})

const faultsOf = (file: unknown): readonly string[] => {
  try {
    parseAccessFile(typeof file === 'string' ? file : JSON.stringify(file))
    return []
  } catch (error) {
    if (error instanceof FileFaults) return error.faults
    throw error
  }
}

test('a file is read: mails in lower case, roles with their projects, moments in UTC', () => {
  const file = {
    people: [
      { email: 'A@Bank.test', roles: ['reviewer', { role: 'admin', projects: ['Retail EU', 'Private'] }] },
    ],
    grants: [grant({ from: '2027-01-01', until: '2027-01-31T18:00+02:00' })],
  }
  expect(parseAccessFile(`\uFEFF${JSON.stringify(file)}`)).toEqual({
    people: [
      {
        email: 'a@bank.test',
        roles: [
          { role: 'reviewer', projects: null },
          { role: 'admin', projects: ['Retail EU', 'Private'] },
        ],
      },
    ],
    grants: [{ ...grant(), from: new Date('2027-01-01'), until: new Date('2027-01-31T16:00Z') }],
  })
})

test('either list may be left out, and somebody may hold nothing', () => {
  expect(parseAccessFile('{"people": [{"email": "a@bank.test", "roles": []}]}')).toEqual({
    people: [{ email: 'a@bank.test', roles: [] }],
    grants: [],
  })
})

const ROLES = '"reviewer" or "admin" or "auditor"'
const MOMENT = 'must be a day, or a time with its zone: 2027-01-31 or 2027-01-31T18:00:00Z'

describe('a file is refused', () => {
  test.each<[string, unknown, string]>([
    ['that is not JSON', '{"people": [] "x"', 'the file: is not JSON, at position 14 (line 1 column 15)'],
    ['that is empty', '', 'the file: is not JSON'],
    ['that is a list', [], 'the file: must be an object'],
    ['with an unknown field', { persons: [] }, 'persons: is not known here'],
    ['whose people are no list', { people: {} }, 'people: must be a list'],
    [
      'with an unknown field of a grant',
      { grants: [grant({ untill: '' })] },
      'grants[0].untill: is not known here',
    ],
  ])('%s', (_, file, fault) => expect(faultsOf(file)).toEqual([fault]))

  test.each<[string, Record<string, unknown>, string]>([
    ['without a mail', { email: undefined }, 'email: is missing'],
    ['with a mail that is a number', { email: 7 }, 'email: must be text'],
    ['with a mail that is none', { email: 'a' }, 'email: must be a mail address'],
    ['with two mails in one', { email: 'a@b.test, c@d.test' }, 'email: must be a mail address'],
    ['with a name in the mail', { email: 'A <a@bank.test>' }, 'email: must be a mail address'],
    ['with a look-alike letter', { email: '\u0430@bank.test' }, 'email: must be a mail address'],
    ['with a space after the mail', { email: 'a@bank.test ' }, 'email: must be a mail address'],
    ['without roles', { roles: undefined }, 'roles: is missing'],
    ['with one role that is no list', { roles: 'admin' }, 'roles: must be a list'],
    ['with an unknown role', { roles: ['reviewer', 'owner'] }, `roles[1]: must be ${ROLES}`],
    ['with a role of another case', { roles: ['Admin'] }, `roles[0]: must be ${ROLES}`],
    ['with a role that is no name', { roles: [1] }, `roles[0]: must be ${ROLES}`],
    ['with an empty role', { roles: [null] }, `roles[0]: must be ${ROLES}`],
    [
      'with an unknown role of projects',
      { roles: [{ role: 'owner', projects: ['A'] }] },
      `roles[0].role: must be ${ROLES}`,
    ],
    ['with a role without its projects', { roles: [{ role: 'admin' }] }, 'roles[0].projects: is missing'],
    [
      'with a role of no project',
      { roles: [{ role: 'admin', projects: [] }] },
      'roles[0].projects: must name one project at least',
    ],
    [
      'with a project that is no name',
      { roles: [{ role: 'admin', projects: ['A', 2] }] },
      'roles[0].projects[1]: must be text',
    ],
    [
      'with an unknown field of a role',
      { roles: [{ role: 'admin', projects: ['A'], until: '' }] },
      'roles[0].until: is not known here',
    ],
    ['with a role twice', { roles: ['admin', 'reviewer', 'admin'] }, 'roles[2]: is there twice'],
    [
      'with a project twice',
      {
        roles: [
          { role: 'admin', projects: ['A', 'B'] },
          { role: 'admin', projects: ['C', 'A'] },
        ],
      },
      'roles[1].projects[1]: is there twice',
    ],
    [
      'with a role of some projects and of all',
      { roles: [{ role: 'admin', projects: ['A'] }, 'admin'] },
      'roles[0]: is held for all projects already',
    ],
    [
      'with an auditor who reviews',
      { roles: ['reviewer', 'auditor'] },
      'roles[1]: cannot be held together with the others: an auditor holds no other role',
    ],
    [
      'with an auditor who is an administrator elsewhere',
      { roles: ['auditor', { role: 'admin', projects: ['A'] }] },
      'roles[1]: cannot be held together with the others: an auditor holds no other role',
    ],
    ['with an unknown field', { name: 'A' }, 'name: is not known here'],
  ])('with a person %s', (_, changes, fault) => {
    const people = [
      { email: 'first@bank.test', roles: [] },
      { email: 'a@bank.test', roles: ['reviewer'], ...changes },
    ]
    expect(faultsOf({ people })).toEqual([`people[1].${fault}`])
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['without a mail', { email: undefined }, 'email: is missing'],
    ['with a mail that is none', { email: '@bank.test' }, 'email: must be a mail address'],
    ['without a project', { project: undefined }, 'project: is missing'],
    ['with an empty project', { project: ' ' }, 'project: must not be empty'],
    [
      'with an unknown right',
      { rights: ['recording:find', 'recording:delete'] },
      'rights[1]: must be "recording:find" or "recording:play" or "recording:download"',
    ],
    [
      'with a right that only a role gives',
      { rights: ['audit:read'] },
      'rights[0]: must be "recording:find" or "recording:play" or "recording:download"',
    ],
    ['with a right twice', { rights: ['recording:find', 'recording:find'] }, 'rights[1]: is there twice'],
    ['without rights', { rights: [] }, 'rights: must hold one right at least'],
    ['without an end', { until: undefined }, 'until: is missing'],
    ['with an end that is a number', { until: 1_800_000_000 }, 'until: must be text'],
    ['with a day that is none', { until: '2027-02-30' }, `until: ${MOMENT}`],
    ['with an hour that is none', { until: '2027-01-31T25:00:00Z' }, `until: ${MOMENT}`],
    ['with a time of no zone', { until: '2027-01-31T18:00:00' }, `until: ${MOMENT}`],
    ['with a zone that is none', { until: '2027-01-31T18:00:00+99:00' }, `until: ${MOMENT}`],
    ['with a date of another kind', { until: '31.01.2027' }, `until: ${MOMENT}`],
    ['with a year beyond all', { until: '+012027-01-31' }, `until: ${MOMENT}`],
    ['with a start that is none', { from: 'now' }, `from: ${MOMENT}`],
    ['that ends before it starts', { from: '2027-02-01' }, 'until: must be after from'],
    ['that ends when it starts', { from: '2027-01-31T01:00:00+01:00' }, 'until: must be after from'],
    ['without a reason', { reason: undefined }, 'reason: is missing'],
    ['with an empty reason', { reason: '  ' }, 'reason: must not be empty'],
    ['with a reason too long', { reason: 'a'.repeat(2001) }, 'reason: must have 2,000 characters or fewer'],
    ['with NUL in the reason', { reason: 'a\0b' }, 'reason: must not hold control characters'],
  ])('with a grant %s', (_, changes, fault) => {
    expect(faultsOf({ grants: [grant({ reason: 'Another' }), grant(changes)] })).toEqual([
      `grants[1].${fault}`,
    ])
  })

  test('with a person twice, the mail in another case', () => {
    const people = [
      { email: 'a@bank.test', roles: ['reviewer'] },
      { email: 'A@BANK.test', roles: ['admin'] },
    ]
    expect(faultsOf({ people })).toEqual(['people[1].email: is the mail of another person of this file'])
  })

  test('with a grant twice', () => {
    expect(
      faultsOf({ grants: [grant(), grant({ reason: 'Another' }), grant({ until: '2028-01-01' })] }),
    ).toEqual(['grants[2]: is there twice: a person, a project and a reason make one grant'])
  })

  test('with every fault named at once', () => {
    const file = {
      people: [
        { email: 'a@bank.test', roles: ['auditor', 'admin'] },
        { email: 'a@bank.test', roles: [] },
      ],
      grants: [grant({ from: '2028-01-01' })],
    }
    expect(faultsOf(file)).toEqual([
      'people[1].email: is the mail of another person of this file',
      'people[0].roles[1]: cannot be held together with the others: an auditor holds no other role',
      'grants[0].until: must be after from',
    ])
  })
})
