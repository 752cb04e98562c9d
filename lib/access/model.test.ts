import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAppError } from '../errors.ts'
import { ROLES } from './permissions.ts'
import { archive, archiveNames, sequenceOf, who } from './test-commands.ts'
import { type Lane, openLane } from './test-lane.ts'
import {
  type ArchiveName,
  type Command,
  createModel,
  type Model,
  may,
  PEOPLE,
  type PersonName,
  step,
} from './test-model.ts'
import { listAllowed, listFound, listOpened, play } from './test-steps.ts'

const SEQUENCES = 10_000
const LONGEST = 6
/** Side by side, each in a database of its own: while one waits for its database, another goes on. */
const LANES = 6
const TIMEOUT_MS = 900_000
const ATTEMPTS = 3
const SETTLED_MS = 5_000

let lanes: readonly Lane[] = []
beforeAll(async () => {
  lanes = await Promise.all(Array.from({ length: LANES }, openLane))
})
afterAll(() => Promise.all(lanes.map((lane) => lane.stop())))

test(`${SEQUENCES.toLocaleString('en')} random sequences come to what the model says, and open what it says`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const seen = new Set<string>()
  const runs = lanes.map((lane) =>
    fc.assert(
      fc.asyncProperty(sequenceOf(LONGEST), who, archive, async (commands, looker, at) => {
        const outcomes = await whenAnswered(() => compare(lane, commands, { looker, at }), ATTEMPTS)
        for (const outcome of outcomes) seen.add(outcome)
      }),
      { numRuns: Math.ceil(SEQUENCES / LANES) },
    ),
  )
  // A difference is told once everybody has stopped.
  for (const run of await Promise.allSettled(runs)) if (run.status === 'rejected') throw run.reason
  expect([...seen].toSorted()).toEqual(OUTCOMES)
})

/** Everything that a command may come to. */
const OUTCOMES = [
  'allowed',
  'already-decided',
  'forbidden',
  'grant-invalid',
  'last-holder',
  'own-access',
  'person-invalid',
  'roles-apart',
  'scope-unknown',
  'sign-in-expired',
]

/** A database that does not answer in time says nothing of access: all over again, once what it was about has settled. */
async function whenAnswered<T>(attempt: () => Promise<T>, left: number): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    if (left === 0 || !isAppError(error, 'audit-unavailable')) throw error
    await sleep(SETTLED_MS)
    return whenAnswered(attempt, left - 1)
  }
}

async function compare(
  lane: Lane,
  commands: readonly Command[],
  { looker, at }: { readonly looker: PersonName; readonly at: ArchiveName },
): Promise<readonly string[]> {
  const model = createModel()
  const told = commands.map((command) => step(model, command))
  const outcomes = await play(lane, commands)
  expect(outcomes).toEqual(told)
  expect(await listAllowed(lane)).toEqual(PEOPLE.flatMap((name) => listModelled(model, name)).toSorted())
  const own = listModelled(model, looker)
  expect((await listFound(lane, looker)).toSorted()).toEqual(own.toSorted())
  const opening = own.filter((line) => line.endsWith(at) && !line.includes('recording:find'))
  expect(await listOpened(lane, looker, at)).toEqual(opening)
  return outcomes
}

function listModelled(model: Model, name: PersonName): string[] {
  return ROLES.reviewer.flatMap((right) =>
    archiveNames.filter((each) => may(model, name, right, each)).map((each) => `${name} ${right} ${each}`),
  )
}
