import type { Dispatcher } from 'undici'
import { AppError } from '../errors.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import { type Answer, ask, type Question } from './ask.ts'
import { type AzureSettings, createAzureSigner, explainAzure } from './azure.ts'
import { DEPOSIT_LIMIT_MS, type Deposit, type Kept, MOST_BYTES, placeUnder } from './deposit.ts'
import type { StoreAccess } from './dialect.ts'
import { persevere, STORE_TIMING, type StoreTiming } from './retry.ts'

type Method = 'GET' | 'PUT'

/** Something of that name is there: 409 for `If-None-Match: *`, 412 for the ETag of one that is not there any more. */
const CONDITION_FAILED = [409, 412]
const WRITTEN = 201

/** A container, or a prefix in it, as a deposit. */
export function createAzureDeposit(
  settings: AzureSettings & { readonly prefix: string },
  outgoing: Outgoing,
  timing: StoreTiming = STORE_TIMING,
): Deposit {
  const label = `azure://${placeUnder(settings.container, settings.prefix)}`.replace(/\/+$/, '')
  const sign = createAzureSigner(settings, outgoing, 'rcw')
  const access: StoreAccess<Method> = {
    dialect: {
      label,
      sign: (_method, { key }, signal) => sign(key, signal),
      renews: () => false,
      explain: (refusal) =>
        refusal.code === 'AuthorizationPermissionMismatch'
          ? new AppError(
              'storage-forbidden',
              `The portal’s identity needs the role Storage Blob Data Contributor on ${label} (${refusal.status} ${refusal.code}).`,
            )
          : explainAzure(settings, refusal),
    },
    outgoing,
    timing,
  }

  const asked = (
    question: Omit<Question<Method>, 'versionId'>,
    wanted: readonly number[],
    signal: AbortSignal,
  ): Promise<Answer> => {
    const key = placeUnder(settings.prefix, question.key)
    const both = AbortSignal.any([signal, AbortSignal.timeout(DEPOSIT_LIMIT_MS)])
    return persevere(
      () => ask(access, { ...question, key, versionId: null }, { wanted, signal: both }),
      timing,
      both,
    ).catch((failure: unknown) => {
      if (signal.aborted || !both.aborted) throw failure
      throw new AppError('storage-unavailable', `${label} has not answered in time.`)
    })
  }

  const put = async (
    name: string,
    bytes: Uint8Array,
    { condition, signal }: { condition: Record<string, string>; signal: AbortSignal },
  ): Promise<boolean> => {
    const headers = {
      'x-ms-blob-type': 'BlockBlob',
      'content-type': 'application/octet-stream',
      ...condition,
    }
    const question = { method: 'PUT', key: name, headers, body: bytes } as const
    const answer = await asked(question, [WRITTEN, ...CONDITION_FAILED], signal)
    await answer.body.dump()
    if (answer.status === WRITTEN) return true
    const code = answer.header('x-ms-error-code') ?? ''
    if (/^(BlobAlreadyExists|ConditionNotMet|TargetConditionNotMet|BlobImmutable\w*)$/.test(code))
      return false
    throw new AppError('storage-misbehaved', `The answer of ${label} is ${answer.status} ${code}.`)
  }

  return {
    label,
    find: async (name, signal) => {
      const headers = {}
      const answer = await asked({ method: 'GET', key: name, headers }, [200, 404], signal)
      if (answer.status === 200) return await readKept(label, answer)
      await answer.body.dump()
      if (answer.header('x-ms-error-code') === 'ContainerNotFound')
        throw new AppError('storage-none', `There is no container ${settings.container} in the account.`)
      return null
    },
    create: async (name, bytes, signal) =>
      (await put(name, bytes, { condition: { 'if-none-match': '*' }, signal })) ? 'written' : 'there',
    replace: async (name, bytes, { mark, signal }) => {
      const condition: Record<string, string> =
        mark === null ? { 'if-none-match': '*' } : { 'if-match': mark }
      return (await put(name, bytes, { condition, signal })) ? 'written' : 'moved'
    },
  }
}

async function readKept(label: string, answer: Answer): Promise<Kept> {
  const mark = answer.header('etag')
  if (mark === null) throw new AppError('storage-misbehaved', `${label} gives no ETag to hold a file by.`)
  return { bytes: await readSome(answer.body), mark }
}

/** Leaving the loop ends the connection when there is more. */
async function readSome(body: Dispatcher.ResponseData['body']): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let read = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    read += chunk.length
    if (read >= MOST_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES)
}
