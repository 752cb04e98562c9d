// Names, reasons and what else of a row stands apart from it: each value must be the one that the row has the hash of.
import { hashBytes } from './merkle.ts'
import { BundleFault, quote } from './verify-fault.ts'
import {
  type BundleObject,
  type BundleValue,
  bytesOfBase64,
  decodeUtf8,
  hexOf,
  isObject,
  parseAnyJson,
} from './verify-json.ts'
import { type Line, type LineFile, objectOf, placeOf } from './verify-lines.ts'

const SALT_BYTES = 16

export type ContentCheck = {
  /** Checks what stands apart of this row, if anything does. Rows come in their order. */
  see(row: Line): Promise<void>
  /** After the last row: all was some row's. */
  finish(): Promise<void>
}

/** For a bundle whose personal values were left out. */
export const WITHOUT_CONTENT: ContentCheck = { see: async () => {}, finish: async () => {} }

type Wanted = {
  readonly where: string
  readonly eventId: string
  readonly member: string
  readonly content: BundleObject
}

export function openContent(file: LineFile): ContentCheck {
  let wanted: Wanted | null | undefined

  async function next(): Promise<Wanted | null> {
    const line = await file.take()
    if (line === null) return null
    const content = objectOf(file, line)
    const { event_id: eventId } = content
    if (typeof eventId !== 'string')
      throw new BundleFault(placeOf(file, line), 'it does not say of which row it is')
    return { where: placeOf(file, line), eventId, member: `"event_id":${JSON.stringify(eventId)}`, content }
  }

  return {
    see: async (row) => {
      if (wanted === undefined) wanted = await next()
      if (wanted === null) return
      const text = decodeUtf8(row.leaf.subarray(1))
      // Most rows are told apart without being read as JSON.
      if (text?.includes(wanted.member) !== true) return
      const value = parseAnyJson(text)
      if (!isObject(value) || value.event_id !== wanted.eventId) return
      checkContent(wanted, value)
      wanted = await next()
    },
    finish: async () => {
      if (wanted === undefined) wanted = await next()
      if (wanted !== null) throw new BundleFault(wanted.where, 'no row in its order has this event_id')
      await file.finish()
    },
  }
}

function checkContent({ where, content }: Wanted, row: BundleObject): void {
  for (const [field, value] of Object.entries(content)) {
    if (field === 'event_id') continue
    const name = quote(field)
    const salted = saltedBytes(value)
    if (salted === null) throw new BundleFault(where, `${name} is no salt and value`)
    const hash = Object.hasOwn(row, `${field}_hash`) ? row[`${field}_hash`] : undefined
    if (hash === undefined) throw new BundleFault(where, `its row has no ${name}`)
    if (hash !== hexOf(hashBytes(salted)))
      throw new BundleFault(where, `${name} is not what the row has the hash of`)
  }
}

/** Salt and value, one after the other. */
function saltedBytes(value: BundleValue): Uint8Array | null {
  if (!Array.isArray(value) || value.length !== 2) return null
  const [saltText, text] = value
  const salt = bytesOfBase64(saltText)
  if (salt?.length !== SALT_BYTES || typeof text !== 'string') return null
  const bytes = new TextEncoder().encode(text)
  const salted = new Uint8Array(SALT_BYTES + bytes.length)
  salted.set(salt)
  salted.set(bytes, SALT_BYTES)
  return salted
}
