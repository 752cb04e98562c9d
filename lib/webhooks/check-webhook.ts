import { AppError } from '../errors.ts'
import { isNoticeKind, type NoticeKind } from '../notices/notice-kind.ts'

const URL_LIMIT = 2_000

export type SoundWebhook = { readonly url: string; readonly events: readonly NoticeKind[] }

/** Throws `webhook-invalid`, saying what is wrong. Where an address leads is judged when it is dialled. */
export function checkWebhook({
  url,
  events,
}: {
  readonly url: string
  readonly events: readonly string[]
}): SoundWebhook {
  const href = checkAddress(url)
  const unknown = events.find((event) => !isNoticeKind(event))
  if (unknown !== undefined) throw invalid(`There is no event ${JSON.stringify(unknown.slice(0, 40))}.`)
  const known = [...new Set(events)].filter(isNoticeKind)
  if (known.length === 0) throw invalid('It must be told of one event at least.')
  return { url: href, events: known }
}

/** The same of an address alone; answers how it is spelt. */
export function checkAddress(url: string): string {
  if (url.length > URL_LIMIT) throw invalid(`The address has ${url.length} characters; it may have 2,000.`)
  const address = URL.parse(url)
  if (address === null || (address.protocol !== 'https:' && address.protocol !== 'http:'))
    throw invalid('The address must be an http or https URL.')
  if (address.username !== '' || address.password !== '')
    throw invalid('The address must hold no user and no password. What is sent is signed instead.')
  if (address.hash !== '') throw invalid('The address must not have a fragment: it would never be sent.')
  return address.href
}

/** As people and the log call it: an address may hold a key, its host does not. */
export function webhookHost(url: string): string {
  return URL.parse(url)?.host ?? ''
}

function invalid(detail: string): AppError {
  return new AppError('webhook-invalid', detail)
}
