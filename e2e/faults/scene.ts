// What the faults befall: a stack with two long recordings, one played as segments and one as a file, and somebody who
// may play them. Where each segment lies in the recording is found by its content, not by what the portal says of it.
import { readFile, stat } from 'node:fs/promises'
import { controlDatabase, type DatabaseControl } from '../stack/database-control.ts'
import { encryptRecording, makeRecording } from '../stack/large-sample.ts'
import { type LaidArchive, layArchive } from '../stack/lay-archive.ts'
import { startPortal } from '../stack/portal.ts'
import { createQuery, type Query } from '../stack/query.ts'
import { receive } from '../stack/receive.ts'
import type { TemporaryStack } from '../stack/temporary-stack.ts'
import { listSegments, openArchive, searchFor, signIn, type Visitor } from '../stack/visitor.ts'
import { countBytes, joinSpans, type Span } from './spans.ts'

export type SegmentFacts = {
  /** Of the answer, tables included. */
  readonly bytes: number
  readonly span: Span
}

export type Scene = {
  readonly stack: TemporaryStack
  readonly visitor: Visitor
  readonly segmented: LaidArchive & { readonly segments: readonly SegmentFacts[] }
  readonly file: LaidArchive & { readonly sizeBytes: number }
  readonly database: DatabaseControl
  /** Asks the database as its owner. */
  readonly query: Query
}

/** PAT and PMT, a packet each, which every segment has in front. */
export const TABLES_BYTES = 2 * 188
/** So much of a segment is enough to find it by. */
const HEAD_BYTES = 20 * 188

/** Makes the recordings, reads the one of segments through once in good health, and hands over to `use`. */
export async function withScene<T>(
  stack: TemporaryStack,
  sampleBytes: number,
  use: (scene: Scene) => Promise<T>,
): Promise<T> {
  const database = controlDatabase(stack)
  try {
    return await use(await prepareScene(stack, { database, sampleBytes }))
  } finally {
    await database.stop()
  }
}

/** Has the portal serve for as long as `use` takes. */
export async function whileServing<T>(stack: TemporaryStack, use: () => Promise<T>): Promise<T> {
  const portal = await startPortal(stack, stack.portalLog)
  try {
    return await use()
  } finally {
    await portal.stop()
  }
}

async function prepareScene(
  stack: TemporaryStack,
  { database, sampleBytes }: { readonly database: DatabaseControl; readonly sampleBytes: number },
): Promise<Scene> {
  const transportStream = await makeRecording(stack.folder, { container: 'ts', sizeBytes: sampleBytes })
  const movie = await makeRecording(stack.folder, { container: 'mp4', sizeBytes: sampleBytes })
  const segmented = await layArchive(stack.info, await encryptRecording(transportStream))
  const file = await layArchive(stack.info, await encryptRecording(movie))
  const [reviewer] = stack.reviewers
  if (reviewer === undefined) throw new Error('Nobody may play.')
  return whileServing(stack, async () => {
    const visitor = await signIn(stack.portalUrl, reviewer)
    for (const { sessionId } of [segmented, file]) await searchFor(visitor, sessionId)
    const plain = await readFile(transportStream)
    const segments = await locateSegments(visitor, { archiveId: segmented.archiveId, plain })
    return {
      ...{ stack, visitor, database, query: createQuery(stack.ownerUrl) },
      segmented: { ...segmented, segments },
      file: { ...file, sizeBytes: (await stat(movie)).size },
    }
  })
}

async function locateSegments(
  visitor: Visitor,
  { archiveId, plain }: { readonly archiveId: string; readonly plain: Buffer },
): Promise<SegmentFacts[]> {
  const opened = await openArchive(visitor, archiveId)
  const located: SegmentFacts[] = []
  for (const { path } of await listSegments(visitor, opened)) {
    const { bytes, head, isComplete } = await receive({
      url: `${visitor.portalUrl}${path}`,
      headers: { cookie: visitor.cookie },
      keepBytes: TABLES_BYTES + HEAD_BYTES,
    })
    const start = plain.indexOf(head.subarray(TABLES_BYTES))
    if (!isComplete || start < 0) throw new Error(`${path} is no part of the recording.`)
    located.push({ bytes, span: { start, end: start + bytes - TABLES_BYTES } })
  }
  const covered = countBytes(joinSpans(located.map(({ span }) => span)))
  if (covered !== plain.length)
    throw new Error(`The segments hold ${covered} bytes of the recording's ${plain.length}.`)
  return located
}
