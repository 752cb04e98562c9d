import { Text } from '@mantine/core'
import type { GivenReason } from './remembered-reason.ts'

type Props = { readonly given: GivenReason; readonly place: string | null; readonly label: string }

/** What was said why, over the picture it was said for. */
export function PlayerHead({ given, place, label }: Props) {
  return (
    <Text size="xs" c="dimmed" mb={4} lineClamp={2} className="breakable">
      {place !== null && `${place} · `}
      <strong>{label}</strong>
      {given.caseReference !== '' && ` · ${given.caseReference}`} · {given.reason}
    </Text>
  )
}
