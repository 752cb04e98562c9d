import { useCallback, useEffect, useState } from 'react'

const SAID_MS = 6000

type Said = { readonly text: string; readonly passes: boolean }

type Copying = {
  /** What is to be said of the last copy: that it was made, or the text itself where the clipboard is closed. */
  readonly said: string
  readonly copy: (text: string, what: string) => Promise<void>
  readonly clear: () => void
}

export function useCopying(): Copying {
  const [said, setSaid] = useState<Said>({ text: '', passes: false })
  useEffect(() => {
    if (!said.passes) return
    const timer = setTimeout(() => setSaid({ text: '', passes: false }), SAID_MS)
    return () => clearTimeout(timer)
  }, [said])
  const copy = useCallback(async (text: string, what: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid({ text: `${what} copied`, passes: true })
    } catch {
      setSaid({ text, passes: false })
    }
  }, [])
  const clear = useCallback(() => setSaid({ text: '', passes: false }), [])
  return { said: said.text, copy, clear }
}
