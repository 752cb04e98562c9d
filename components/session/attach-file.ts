import type { Problem } from '../frame/asking.ts'
import { findProblem, type OpenViewing, unplayable } from './viewing-client.ts'

/**
 * Puts the file itself into a video element, or a playlist that the browser reads by its own means; answers what lets
 * go of it again.
 */
export function attachFile(
  video: HTMLVideoElement,
  { viewing: { href }, fromSeconds }: { readonly viewing: OpenViewing; readonly fromSeconds: number },
  onFault: (problem: Problem) => void,
): () => void {
  let isOver = false
  const start = (): void => {
    if (fromSeconds > 0) video.currentTime = fromSeconds
  }
  // The browser does not say what it was answered, so the address is asked once more, for one byte.
  const fail = async (): Promise<void> => {
    const problem = await findProblem(href)
    if (!isOver) onFault(problem ?? unplayable())
  }
  const onError = (): void => void fail()
  video.addEventListener('loadedmetadata', start, { once: true })
  video.addEventListener('error', onError)
  video.src = href
  return () => {
    isOver = true
    video.removeEventListener('loadedmetadata', start)
    video.removeEventListener('error', onError)
  }
}
