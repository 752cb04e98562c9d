// A time stamp's request and answer (RFC 3161).
import { createHash } from 'node:crypto'
import { type Element, readElements, TAG, within, writeElement, writeInteger } from './der.ts'

export type StampRequest = {
  /** SHA-256 of what is stamped. */
  readonly hash: Uint8Array
  /** Made anew for each request: by it an answer is known to be to this one. */
  readonly nonce: Uint8Array
}

export type Stamp = { readonly stampedAt: Date }

/** 2.16.840.1.101.3.4.2.1 */
const SHA_256 = Buffer.from('608648016503040201', 'hex')
/** id-ct-TSTInfo, 1.2.840.113549.1.9.16.1.4 */
const TST_INFO = Buffer.from('2a864886f70d0109100104', 'hex')
/** id-signedData, 1.2.840.113549.1.7.2 */
const SIGNED_DATA = Buffer.from('2a864886f70d010702', 'hex')
/** granted, and granted with changes (§2.4.2) */
const GRANTED = new Set([0, 1])
const VERSION = Buffer.from([1])
const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?Z$/

export function hashText(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}

/** TimeStampReq (§2.4.1): the certificate is asked for, so that the answer can be checked by itself. */
export function renderRequest({ hash, nonce }: StampRequest): Uint8Array {
  return writeElement(
    TAG.sequence,
    writeElement(TAG.integer, VERSION),
    renderImprint(hash),
    writeInteger(nonce),
    writeElement(TAG.boolean, Buffer.from([0xff])),
  )
}

function renderImprint(hash: Uint8Array): Uint8Array {
  const algorithm = writeElement(TAG.sequence, writeElement(TAG.oid, SHA_256), writeElement(TAG.none))
  return writeElement(TAG.sequence, algorithm, writeElement(TAG.octets, hash))
}

/**
 * Reads TimeStampResp (§2.4.2): the stamp, or in a few words why it is none of what was asked for. Who signed it is for
 * those to check who know whom they trust; here it is held against the request.
 */
export function parseResponse(answer: Uint8Array, request: StampRequest): Stamp | string {
  const [response, ...rest] = readElements(answer) ?? []
  const [status, token] = within(response, TAG.sequence) ?? []
  const [granted] = within(status, TAG.sequence) ?? []
  if (rest.length > 0 || granted?.tag !== TAG.integer) return 'it is no answer to a request for a time stamp'
  const code = granted.content.at(-1) ?? 2
  if (granted.content.length !== 1 || !GRANTED.has(code)) return `the authority refuses (status ${code})`
  const info = readInfo(token)
  if (info === null) return 'it holds no time stamp'
  const [, , imprint, , time, ...options] = info
  const [algorithm, hash] = within(imprint, TAG.sequence) ?? []
  const [name] = within(algorithm, TAG.sequence) ?? []
  if (!isSame(name, TAG.oid, SHA_256) || !isSame(hash, TAG.octets, request.hash))
    return 'it stamps something else than was sent'
  const [nonce] = options.filter(({ tag }) => tag === TAG.integer)
  const [asked] = readElements(writeInteger(request.nonce)) ?? []
  if (asked === undefined || !isSame(nonce, TAG.integer, asked.content))
    return 'it is the answer to another request'
  const stampedAt = time?.tag === TAG.time ? parseTime(Buffer.from(time.content).toString('latin1')) : null
  return stampedAt === null ? 'it says no time' : { stampedAt }
}

/** TSTInfo, out of ContentInfo, SignedData and EncapsulatedContentInfo (RFC 5652 §5). */
function readInfo(token: Element | undefined): Element[] | null {
  const [type, content] = within(token, TAG.sequence) ?? []
  const [signed] = within(content, TAG.first) ?? []
  const [, , encapsulated] = within(signed, TAG.sequence) ?? []
  const [kind, octets] = within(encapsulated, TAG.sequence) ?? []
  const [held] = within(octets, TAG.first) ?? []
  if (!isSame(type, TAG.oid, SIGNED_DATA) || !isSame(kind, TAG.oid, TST_INFO)) return null
  const [info] = within(held, TAG.octets) ?? []
  return within(info, TAG.sequence)
}

function isSame(element: Element | undefined, tag: number, content: Uint8Array): boolean {
  return element?.tag === tag && Buffer.compare(element.content, content) === 0
}

/** GeneralizedTime as §2.4.2 wants it: UTC, with or without a fraction. */
function parseTime(text: string): Date | null {
  const [, year, month, day, hour, minute, second, fraction = ''] = TIME.exec(text) ?? []
  if (year === undefined) return null
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`)
  return Number.isNaN(at.getTime()) ? null : at
}
