'use client'

import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core'
import Link from 'next/link'
import type { ReactNode } from 'react'

type Target = {
  readonly href: string
  readonly children: ReactNode
  readonly 'aria-label'?: string
  readonly title?: string
  /** Off where the page stays and only a part of it unfolds. */
  readonly scroll?: boolean
}

/** Never fetched ahead: looking at a page is put on record, so only what was asked for is. */
export function TextLink({ href, children, ...rest }: AnchorProps & Target) {
  return (
    <Anchor component={Link} href={href} prefetch={false} {...rest}>
      {children}
    </Anchor>
  )
}

export function LinkButton({ href, children, ...rest }: ButtonProps & Target) {
  return (
    <Button component={Link} href={href} prefetch={false} {...rest}>
      {children}
    </Button>
  )
}

/** Leads to a file, which the browser saves: no page of the portal, so nothing that its router could show. */
export function FileButton({ href, children }: Pick<Target, 'href' | 'children'>) {
  return (
    <Button component="a" href={href} download size="xs" variant="default">
      {children}
    </Button>
  )
}
