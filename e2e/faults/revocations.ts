// Access ends while its holder watches, by each of the ways in which it may, on two server processes: every stream ends
// at its next window, and the picture in the browser is gone within seconds.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from '@playwright/test'
import type { Person } from '../stack/people.ts'
import { receive } from '../stack/receive.ts'
import { signIn, type Visitor } from '../stack/visitor.ts'
import { addToTally, createTally, describeTally, isKept, type Tally } from './compare.ts'
import { ENDINGS, type Ending, giveGrant, type Held } from './endings.ts'
import type { Finding } from './finding.ts'
import type { Scene } from './scene.ts'
import { openBrowser, openScreen, type Screen } from './screen.ts'
import { type Stream, startStream } from './stream.ts'
import type { Processes } from './two-portals.ts'

const KINDS = ['file', 'range', 'segments'] as const
/** Slow enough that the recording does not end before the access does. */
const BYTES_PER_SECOND = 1.5e6
/** The demo's provider forgets what is a thousand things old, and with it whom it stands by. */
const SIGN_IN_ANEW_MS = 5 * 60_000

type Options = {
  /** Of each kind. */
  readonly times: number
  readonly longestMs: number
  /** Who watches at the same time, each on a screen and by two streams. */
  readonly atOnce: number
  /** After the end is asked for, the picture in the browser is gone. */
  readonly pictureWithinMs: number
}

type Sums = {
  readonly tally: Tally
  readonly faults: string[]
  mostLateWindows: number
  /** By the name of the ending: the longest that a picture was there after it. */
  readonly slowestMs: Map<string, number>
  pictures: number
}

type Watching = {
  readonly visitor: Visitor
  readonly held: Held
  readonly screen: Screen
  readonly streams: readonly Stream[]
}

type Place = {
  readonly scene: Scene
  readonly processes: Processes
  readonly browser: Browser
  /** Signed in now. */
  readonly enterAdmin: () => Promise<Visitor>
  readonly sums: Sums
}

export async function runRevocations(
  scene: Scene,
  processes: Processes,
  options: Options,
): Promise<Finding[]> {
  const sums: Sums = {
    ...{ tally: createTally(), faults: [], mostLateWindows: 0, pictures: 0 },
    slowestMs: new Map(ENDINGS.map(({ name }) => [name, 0])),
  }
  const { portalUrl, admin, viewers } = scene.stack
  const browser = await openBrowser()
  try {
    const place: Place = { scene, processes, browser, sums, enterAdmin: keepEntering(portalUrl, admin) }
    const rounds = Array.from({ length: options.times }, () => ENDINGS).flat()
    let next = 0
    const watch = async (person: Person): Promise<void> => {
      while (next < rounds.length) {
        const round = next++
        const ending = rounds[round]
        if (ending === undefined) return
        // One that could not be played out is a fault like another, and the rest are.
        await runRound(place, { person, ending, round, ...options }).catch((error: unknown) => {
          sums.faults.push(`${ending.name}: ${error instanceof Error ? error.message : String(error)}`)
        })
      }
    }
    await Promise.all(viewers.slice(0, options.atOnce).map(watch))
  } finally {
    await browser.close()
  }
  return tellFindings(sums, options)
}

function keepEntering(portalUrl: string, person: Person): () => Promise<Visitor> {
  let visitor: Promise<Visitor> | undefined
  let enteredAtMs = 0
  return () => {
    if (visitor === undefined || Date.now() - enteredAtMs > SIGN_IN_ANEW_MS) {
      enteredAtMs = Date.now()
      visitor = signIn(portalUrl, person)
    }
    return visitor
  }
}

function tellFindings(sums: Sums, { times, pictureWithinMs }: Options): Finding[] {
  const { tally, faults, mostLateWindows, slowestMs, pictures } = sums
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`
  const slowest = Math.max(...slowestMs.values())
  return [
    {
      name: `access ended while two processes stream, ${times} times each: ${ENDINGS.map(({ name }) => name).join(', ')}`,
      figure: [
        describeTally(tally),
        `at most ${mostLateWindows} window of a stream begun after`,
        ...new Set(faults),
      ].join(', '),
      // What had come to its end by itself would show nothing.
      isKept:
        isKept(tally) && tally.midStream === tally.streams && mostLateWindows <= 1 && faults.length === 0,
    },
    {
      name: `the picture in ${pictures} browsers then`,
      figure: `gone within ${seconds(slowest)} at most (${[...slowestMs].map(([name, ms]) => `${name} ${seconds(ms)}`).join(', ')})`,
      isKept: pictures === times * ENDINGS.length && slowest <= pictureWithinMs,
    },
  ]
}

type Round = {
  readonly person: Person
  readonly ending: Ending
  readonly round: number
  readonly longestMs: number
}

async function runRound(place: Place, { person, ending, round, longestMs }: Round): Promise<void> {
  const watching = await beginWatching(place, person, round)
  try {
    await judgeEnding(place, watching, { ending, longestMs })
  } finally {
    await watching.screen.close()
    await ending.mend(watching.held)
  }
}

async function judgeEnding(
  place: Place,
  watching: Watching,
  { ending, longestMs }: Pick<Round, 'ending' | 'longestMs'>,
): Promise<void> {
  const { scene, sums } = place
  const { held, streams, screen } = watching
  await sleep(5 + Math.random() * longestMs)
  const gone = screen.awaitGone()
  await ending.end(held)
  for (const stream of streams) stream.hurry()
  const endedAt = await ending.endedAt(held)
  const ends = await Promise.all(streams.map(({ ended }) => ended))
  const goneAtMs = await gone
  judgePicture(sums, ending, goneAtMs === null ? Number.POSITIVE_INFINITY : goneAtMs - endedAt.getTime())
  const late = await scene.query<{ windows: string }>(
    `SELECT count(*) AS windows FROM audit.log JOIN viewings v ON v.id = viewing_id
     WHERE v.person_id = $1 AND action = 'viewing.window' AND at > $2::timestamptz GROUP BY viewing_id`,
    [held.personId, endedAt],
  )
  sums.mostLateWindows = Math.max(sums.mostLateWindows, ...late.map(({ windows }) => Number(windows)))
  for (const end of ends) await addToTally(scene, sums.tally, end)
  await judgeNext(place, watching, ending)
}

/** A screen behind the address that both share, and a stream from each of the two. */
async function beginWatching(place: Place, person: Person, round: number): Promise<Watching> {
  const { scene, processes, browser } = place
  const { query, stack, segmented, file } = scene
  const admin = await place.enterAdmin()
  const project = stack.info.projects[0]?.name ?? ''
  await query(
    `UPDATE grants SET revoked_at = now() WHERE revoked_at IS NULL AND person_id = (SELECT id FROM people WHERE email = $1)`,
    [person.email],
  )
  const grantId = await giveGrant(admin, person.email, project)
  const visitor = await signIn(stack.portalUrl, person)
  const [signedIn] = await query<{ personId: string; signInId: string }>(
    `SELECT p.id AS "personId", s.id AS "signInId" FROM people p JOIN sign_ins s ON s.person_id = p.id
     WHERE p.email = $1 ORDER BY s.started_at DESC LIMIT 1`,
    [person.email],
  )
  if (signedIn === undefined) throw new Error(`${person.email} is not signed in.`)
  const screen = await openScreen(browser, visitor, round % 2 === 0 ? segmented : file)
  const streams = await Promise.all(
    processes.map((servedBy, index) => {
      const kind = KINDS[(round + index) % KINDS.length] ?? 'file'
      return startStream(scene, visitor, { kind, servedBy, bytesPerSecond: BYTES_PER_SECOND })
    }),
  )
  return { visitor, held: { query, admin, grantId, ...signedIn }, screen, streams }
}

function judgePicture(sums: Sums, { name }: Ending, tookMs: number): void {
  sums.pictures += 1
  sums.slowestMs.set(name, Math.max(sums.slowestMs.get(name) ?? 0, tookMs))
}

/** Whichever process is asked next, it refuses. */
async function judgeNext(
  { processes, sums }: Place,
  { visitor, streams }: Watching,
  ending: Ending,
): Promise<void> {
  for (const servedBy of processes) {
    const { status } = await receive({
      url: `${servedBy}/viewings/${streams[0]?.viewingId}/media`,
      headers: { cookie: visitor.cookie },
      agent: false,
    })
    if (status !== ending.status) sums.faults.push(`${ending.name}: the next request is answered ${status}`)
  }
}
