import { Text } from '@mantine/core'
import { Dim } from '../frame/dim.tsx'

type Props = { readonly reason: string; readonly caseReference: string | null }

/** Why access was given or is asked for. */
export function Why({ reason, caseReference }: Props) {
  return (
    <div>
      <Text size="sm" maw="44ch" className="breakable">
        {reason}
      </Text>
      {caseReference !== null && <Dim>case {caseReference}</Dim>}
    </div>
  )
}
