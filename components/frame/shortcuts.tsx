'use client'

import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'

type Shortcuts = { readonly enabled: boolean; readonly enable: (enabled: boolean) => void }

const ShortcutsContext = createContext<Shortcuts>({ enabled: true, enable: () => {} })

const KEY = 'recordroom.shortcuts'

/** Whether keys without Ctrl or Alt do anything outside the player (WCAG 2.2, 2.1.4); kept in this browser. */
export function ShortcutsProvider({ children }: { children: ReactNode }) {
  const [enabled, setEnabled] = useState(true)
  useEffect(() => setEnabled(localStorage.getItem(KEY) !== 'off'), [])
  const enable = (next: boolean): void => {
    localStorage.setItem(KEY, next ? 'on' : 'off')
    setEnabled(next)
  }
  return <ShortcutsContext value={{ enabled, enable }}>{children}</ShortcutsContext>
}

export function useShortcuts(): Shortcuts {
  return useContext(ShortcutsContext)
}

/** Whether a key was meant for a field that takes text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input, textarea, select, [role="textbox"], [role="dialog"] *'))
  )
}
