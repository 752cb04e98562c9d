import { randomBytes } from 'node:crypto'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether text has the form of a UUID, in whichever case; Postgres refuses a query with anything else. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

/** An ID out of an address as it is put on record: in lower case, or `unknown` for any other text, which anybody may have typed. */
export function toLoggedId(text: string): string {
  return isUuid(text) ? text.toLowerCase() : 'unknown'
}

/** A new UUIDv7 (RFC 9562 §5.7). In an event’s, its milliseconds put the application’s clock on record, beside the database’s. */
export function newUuid(): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  return render(bytes, 7)
}

/** When a UUIDv7 was made, by the clock of whoever made it; null for another UUID, which does not say. */
export function findTime(id: string): Date | null {
  return id[14] === '7' ? new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16)) : null
}

/** The UUIDv8 (RFC 9562 §5.8) that a hash makes: the same for the same, wherever it is made. */
export function uuidOf(hash: Uint8Array): string {
  return render(Buffer.from(hash.subarray(0, 16)), 8)
}

function render(bytes: Buffer, version: number): string {
  bytes.writeUInt8((version << 4) | (bytes.readUInt8(6) & 0x0f), 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
