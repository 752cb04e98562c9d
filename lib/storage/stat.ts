import { AppError } from '../errors.ts'
import { type Answer, ask, requireExactPart } from './ask.ts'
import type { StoreAccess } from './dialect.ts'
import type { ObjectFacts } from './object-store.ts'
import { persevere } from './retry.ts'
import { strongEtag } from './strong-etag.ts'

/** What a store's answer says of the object besides its size. */
export type ReadFacts = (answer: Answer) => Omit<ObjectFacts, 'sizeBytes'>

/** Asks by HEAD, with retries. */
export function statByHead(
  access: StoreAccess,
  target: { key: string; readFacts: ReadFacts },
  signal: AbortSignal,
): Promise<ObjectFacts> {
  return persevere(
    async () => {
      const question = { method: 'HEAD', key: target.key, versionId: null, headers: {} } as const
      const answer = await ask(access, question, { wanted: [200], signal })
      await answer.body.dump()
      return toFacts(target.readFacts(answer), requireSize(access.dialect.label, answer))
    },
    access.timing,
    signal,
  )
}

/** Asks by a GET of the first byte: for addresses signed for GET alone, and where a HEAD’s refusal has no words. */
export function statByFirstByte(
  access: StoreAccess,
  target: { key: string; readFacts: ReadFacts },
  signal: AbortSignal,
): Promise<ObjectFacts> {
  return persevere(
    async () => {
      const question = {
        method: 'GET',
        key: target.key,
        versionId: null,
        headers: { range: 'bytes=0-0' },
      } as const
      const answer = await ask(access, question, { wanted: [200, 206, 416], signal })
      if (answer.status !== 206 && !isEmpty(answer)) {
        answer.body.on('error', () => {}).destroy()
        throw new AppError(
          'storage-misbehaved',
          `The first byte of the file was asked for, and ${answer.status} came from ${access.dialect.label}.`,
        )
      }
      const sizeBytes =
        answer.status === 206 ? requireExactPart(access.dialect.label, answer, { start: 0, end: 1 }) : 0
      await answer.body.dump()
      return toFacts(target.readFacts(answer), sizeBytes)
    },
    access.timing,
    signal,
  )
}

function toFacts(said: Omit<ObjectFacts, 'sizeBytes'>, sizeBytes: number): ObjectFacts {
  return { ...said, etag: strongEtag(said.etag), sizeBytes }
}

/** Nothing is first in a file without bytes: some say so by 416 (RFC 9110 §15.5.17), some send all of it. */
function isEmpty({ status, header }: Answer): boolean {
  return status === 416 ? header('content-range') === 'bytes */0' : header('content-length') === '0'
}

function requireSize(label: string, answer: Answer): number {
  const text = answer.header('content-length') ?? ''
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new AppError('storage-misbehaved', `The size of the file is not told by ${label}.`)
}
