'use client'

import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Givable } from '../../lib/access/giving/list-givable.ts'
import { GiveDialog } from './give-dialog.tsx'
import type { GiveFields } from './give-form.ts'

type Props = { readonly givable: Givable; readonly initial?: Partial<GiveFields> }

export function GiveButton({ givable, initial = {} }: Props) {
  const [isGiving, setGiving] = useState(false)
  return (
    <>
      <Button size="xs" onClick={() => setGiving(true)}>
        Give a grant
      </Button>
      {isGiving && <GiveDialog givable={givable} initial={initial} onClose={() => setGiving(false)} />}
    </>
  )
}
