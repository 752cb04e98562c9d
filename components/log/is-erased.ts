/** As the log's reader has it where a personal value was dropped. */
const ERASED = 'erased'

export function isErased(text: string): boolean {
  return text === ERASED
}
