import type { AppError } from '../errors.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import type { StoreTiming } from './retry.ts'

export type Pin = { readonly etag: string; readonly versionId: string | null }

/** A request that the store will take as it is: the address may carry a signature, so it is never shown or logged. */
export type SignedRequest = { readonly url: string; readonly headers: Readonly<Record<string, string>> }

/** An answer that is not the one asked for. */
export type Refusal = {
  readonly status: number
  readonly header: (name: string) => string | null
  /** The store's own word, as `AccessDenied` or `BlobArchived`; null when it gave none. */
  readonly code: string | null
  /** The beginning of the answer's body. */
  readonly body: string
}

export type ReadMethod = 'GET' | 'HEAD'

/** What differs from store to store: how a request is signed and what its refusals mean. */
export interface StoreDialect<Method = ReadMethod> {
  readonly label: string
  sign(
    method: Method,
    target: { key: string; versionId: string | null },
    signal: AbortSignal,
  ): Promise<SignedRequest>
  /** What a refusal means where the store says more than its status does; null leaves it to the status. */
  explain(refusal: Refusal): AppError | null
  /** Whether asking again at once, signed anew, is a different question. */
  renews(refusal: Refusal, target: { key: string; versionId: string | null }, request: SignedRequest): boolean
}

/** What everything that asks a store works with. */
export type StoreAccess<Method = ReadMethod> = {
  readonly dialect: StoreDialect<Method>
  readonly outgoing: Outgoing
  readonly timing: StoreTiming
}
