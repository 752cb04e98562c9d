import { isErased } from './is-erased.ts'

/** A personal value, or that it was dropped: then set apart, so that nobody takes it for a name. */
export function Said({ text }: { text: string }) {
  return isErased(text) ? (
    <em title="Dropped from the log. Its row still proves that it was there.">{text}</em>
  ) : (
    text
  )
}
