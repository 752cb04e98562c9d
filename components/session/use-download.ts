import { useCallback, useState } from 'react'
import type { Problem } from '../frame/asking.ts'
import type { GivenReason } from './remembered-reason.ts'
import { openDownload } from './viewing-client.ts'

export type Download = {
  readonly isOpening: boolean
  /** The archive whose file the browser was handed last. */
  readonly doneId: string | null
  /** Why the last one was refused. */
  readonly problem: Problem | null
  /** Whether the browser was handed the file. */
  readonly download: (archiveId: string, given: GivenReason) => Promise<boolean>
  readonly clear: () => void
}

/** Opens a recording for downloading, and hands its address to the browser, which fetches and keeps it. */
export function useDownload(): Download {
  const [isOpening, setOpening] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [doneId, setDoneId] = useState<string | null>(null)
  const download = useCallback(async (archiveId: string, given: GivenReason): Promise<boolean> => {
    setOpening(true)
    setProblem(null)
    const answer = await openDownload(archiveId, given)
    setOpening(false)
    if (!answer.ok) {
      setProblem(answer.problem)
      return false
    }
    fetchFile(answer.value.href)
    setDoneId(archiveId)
    return true
  }, [])
  const clear = useCallback(() => {
    setProblem(null)
    setDoneId(null)
  }, [])
  return { isOpening, problem, doneId, download, clear }
}

/** A link with `download` leaves the page as it is, so that what plays goes on playing. */
function fetchFile(href: string): void {
  const link = document.createElement('a')
  link.href = href
  link.download = ''
  link.click()
}
