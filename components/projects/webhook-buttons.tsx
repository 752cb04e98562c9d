'use client'

import { Button, Group, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Change } from '../access/use-change.ts'
import { askChange } from '../frame/asking.ts'
import { Refused } from '../frame/refused.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { readTested, type Tested } from './tested.ts'

type Props = {
  /** Where it is tested and ended. */
  readonly address: string
  /** Where it sends to. */
  readonly url: string
  readonly ending: {
    /** What the button says. */
    readonly verb: string
    readonly title: string
    readonly said: Change['said']
    /** What will happen. */
    readonly words: ReactNode
  }
}

/** Tries a webhook, whatever it carries, and ends it. */
export function WebhookButtons({ address, url, ending }: Props) {
  const [isTesting, setTesting] = useState(false)
  const [tested, setTested] = useState<Tested | null>(null)
  const [isEnding, setEnding] = useState(false)
  const test = async (): Promise<void> => {
    setTesting(true)
    setTested(null)
    setTested(readTested(await askChange(`${address}/test`, 'POST')))
    setTesting(false)
  }
  return (
    <>
      <Group gap="xs" mt="sm">
        <Button
          size="xs"
          variant="default"
          loading={isTesting}
          onClick={() => void test()}
          aria-label={`Test ${url}`}
        >
          Test
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => setEnding(true)}
          aria-label={`${ending.verb} ${url}`}
        >
          {ending.verb}
        </Button>
        <Text component="div" size="sm" role="status" className="breakable">
          {tested?.kind === 'answer' && (
            <span style={{ color: tested.isTaken ? 'var(--good)' : 'var(--bad)' }}>{tested.said}</span>
          )}
        </Text>
      </Group>
      {tested?.kind === 'problem' && <Refused problem={tested.problem} />}
      {isEnding && (
        <RemoveDialog
          title={ending.title}
          verb={ending.verb}
          change={{ address, method: 'DELETE', said: ending.said }}
          onClose={() => setEnding(false)}
        >
          {ending.words}
        </RemoveDialog>
      )}
    </>
  )
}
