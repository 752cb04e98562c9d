import { json } from '../../http/json.ts'
import type { PulledEvents } from './pull-events.ts'

const LINES = 'application/x-ndjson'

/** The answer: one JSON object, or, for whoever asks for lines, an event each and `next` as the last, which tells a cut answer from a whole one. */
export function renderPulled({ events, next }: PulledEvents, accept: string | null): Response {
  if (!wantsLines(accept)) return json({ events, next })
  const lines = [...events, { next }].map((line) => `${JSON.stringify(line)}\n`)
  return new Response(lines.join(''), { headers: { 'Content-Type': LINES } })
}

function wantsLines(accept: string | null): boolean {
  return (accept ?? '').split(',').some((each) => each.split(';')[0]?.trim().toLowerCase() === LINES)
}
