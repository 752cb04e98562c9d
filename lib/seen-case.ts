import { countSeen } from './plain-words.ts'
import { dropInvisible } from './vonage/recognise-ids.ts'

/** A case’s reference as it is seen: the log is looked through for it and put on hold by it. One that nobody sees is none. */
export function seenCase(text: string): string | null {
  const seen = dropInvisible(text).trim()
  return countSeen(seen) === 0 ? null : seen
}
