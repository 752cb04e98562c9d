import { isUuid } from '../uuid.ts'
import { isSessionId } from '../vonage/session-id.ts'

/** What the addresses of this site are made of, beside IDs. */
export const ADDRESS_WORDS: ReadonlySet<string> = new Set(
  `access api approval archives audit auth backchannel-logout callbacks changes checks days decision deliveries
  downloads erasures events export exports file files filters grants health holds inbox listing.csv live
  log-rules media metrics notices out people playlist.m3u8 preview progress projects pushes read ready receipt
  release requests restriction retention retry review reviewed roles s search seen segments sessions sign-in
  sign-ins state summary test tokens viewings vonage webhooks who`.split(/\s+/),
)

const SEGMENT = /^\d{1,6}\.ts$/

/** A path as it is put on record: of what stands where an ID should, that it is unknown, for anybody may have typed it. */
export function toLoggedAddress(path: string): string {
  return path
    .split('/')
    .slice(0, 12)
    .map((part) => (isKnown(part) ? part : 'unknown'))
    .join('/')
}

function isKnown(part: string): boolean {
  return part === '' || ADDRESS_WORDS.has(part) || isUuid(part) || isSessionId(part) || SEGMENT.test(part)
}
