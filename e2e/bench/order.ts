// What the load's process is told to do, and what it answers.
import type { Visitor } from '../stack/visitor.ts'
import type { ViewerOrder, WatchReport } from './watch.ts'

type Headers = Readonly<Record<string, string>>

export type Order =
  | {
      readonly kind: 'read'
      readonly url: string
      readonly headers: Headers
      readonly stopAfterBytes?: number
    }
  /** The archiving guide's way: the whole object fetched, then decrypted by openssl, before it can be looked at. */
  | {
      readonly kind: 'by-hand'
      readonly url: string
      readonly key: string
      readonly iv: string
      readonly file: string
      readonly out: string
    }
  /** From the reason to the last byte of the first segment. */
  | { readonly kind: 'open'; readonly visitor: Visitor; readonly archiveId: string }
  | { readonly kind: 'watch'; readonly viewers: readonly ViewerOrder[]; readonly seconds: number }

export type Answers = {
  readonly read: { status: number; bytes: number; isComplete: boolean; firstByteMs: number; totalMs: number }
  readonly 'by-hand': { bytes: number; totalMs: number }
  readonly open: { totalMs: number }
  readonly watch: WatchReport
}

/** Between the processes. */
export type Question = { readonly id: number; readonly order: Order }
export type Reply = { readonly id: number; readonly answer: unknown; readonly fault: string | null }

export function parseQuestion(value: unknown): Question {
  return value as Question
}

export function parseReply(value: unknown): Reply {
  return value as Reply
}

export function parseAnswer<K extends Order['kind']>(_kind: K, value: unknown): Answers[K] {
  return value as Answers[K]
}
