import { type RefObject, useEffect } from 'react'

/** What comes in place of something that had the focus takes it over; whoever is elsewhere is left there. */
export function useFocusWhenLost(target: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (document.activeElement === document.body) target.current?.focus({ preventScroll: true })
  }, [target])
}

/** Gives the focus back to where it was when this came, if that is still there. */
export function useFocusGivenBack(): void {
  useEffect(() => {
    const before = document.activeElement
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
}
