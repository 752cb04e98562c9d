import fc, { type Arbitrary } from 'fast-check'
import type { Right } from './permissions.ts'
import {
  ARCHIVES,
  type ArchiveName,
  type Command,
  type ModelRole,
  PEOPLE,
  type PersonName,
  type Reach,
} from './test-model.ts'

// For tests: random commands, mostly such as come to something.

export const who = fc.constantFrom(...PEOPLE)
export const archiveNames = Object.keys(ARCHIVES) as ArchiveName[]
export const archive = fc.constantFrom(...archiveNames)

const hand = fc.oneof({ weight: 5, arbitrary: fc.constantFrom<PersonName>('admin', 'second', 'local') }, who)
const which = fc.constantFrom(0, 0, 0, 1, 2)

const rights = fc.constantFrom<readonly Right[]>(
  ['recording:find'],
  ['recording:find', 'recording:play'],
  ['recording:find', 'recording:play', 'recording:download'],
  ['recording:find', 'recording:download'],
)
const until = fc.constantFrom(1, 3, 3, 20, 20, 20, 40, 100, -1)

const reach: Arbitrary<Reach> = fc.oneof(
  { weight: 4, arbitrary: reaches('project', ['retail', 'retail', 'retail', 'wealth', 'wealth', 'unknown']) },
  { weight: 1, arbitrary: reaches('region', ['eu', 'eu', 'unknown']) },
  { weight: 1, arbitrary: reaches('unit', ['branches', 'advice', 'unknown']) },
  { weight: 2, arbitrary: reaches('session', ['r', 'r', 'w', 'unknown']) },
  { weight: 3, arbitrary: reaches('archive', ['r1', 'r2', 'r2', 'w1', 'unknown']) },
)

function reaches(kind: Reach['kind'], names: readonly string[]): Arbitrary<Reach> {
  return record({ kind: fc.constant(kind), of: fc.constantFrom(...names) })
}

const give: Arbitrary<Command> = record({
  ...{ act: fc.constant('give'), by: hand, reach, rights, until },
  to: fc.oneof({ weight: 3, arbitrary: who }, fc.constant('group')),
  from: fc.constantFrom(0, 0, 0, 0, -5, 2),
  maxAgeDays: fc.constantFrom(null, null, null, 30),
})

const ask: Arbitrary<Command> = record({ act: fc.constant('ask'), by: who, reach, rights, until })

const decide: Arbitrary<Command> = record({
  ...{ act: fc.constant('decide'), by: hand, which: fc.constantFrom(0, 0, 1) },
  approve: fc.constantFrom(true, true, true, false),
  rights: orNull(rights),
  until: orNull(until),
})

/** Of plain objects, so that a sequence that fails is printed plainly. */
function record<T>(model: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true })
}

/** Half of them as asked for. */
function orNull<T>(arbitrary: Arbitrary<T>): Arbitrary<T | null> {
  return fc.option(arbitrary, { freq: 1, nil: null })
}

const role: Arbitrary<ModelRole> = record({
  role: fc.constantFrom('reviewer', 'reviewer', 'admin', 'auditor'),
  project: fc.constantFrom(null, 'retail', 'wealth'),
})

const command: Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: give },
  { weight: 3, arbitrary: ask },
  { weight: 5, arbitrary: decide },
  {
    weight: 5,
    arbitrary: record({ act: fc.constantFrom('approve', 'approve', 'refuse'), by: hand, which }),
  },
  { weight: 2, arbitrary: record({ act: fc.constant('revoke'), by: hand, which }) },
  {
    weight: 3,
    arbitrary: record({
      ...{ act: fc.constant('roles'), by: hand, of: who },
      roles: fc.uniqueArray(role, { maxLength: 2, selector: (held) => `${held.role} ${held.project}` }),
    }),
  },
  { weight: 3, arbitrary: record({ act: fc.constantFrom('disable', 'enable'), by: hand, of: who }) },
  {
    weight: 2,
    arbitrary: record({ act: fc.constantFrom('grant ends', 'grant lapses', 'request lapses'), which }),
  },
  { weight: 1, arbitrary: record({ act: fc.constantFrom('joins', 'leaves'), of: who }) },
)

/** A sequence begins with something that the rest may be about. */
export function sequenceOf(longest: number): Arbitrary<readonly Command[]> {
  const rest = fc.array(command, { maxLength: longest - 1, size: 'max' })
  return fc.tuple(fc.oneof(give, ask), rest).map(([first, others]) => [first, ...others])
}
