import { Button, Group, TextInput } from '@mantine/core'
import { endOfDay, formatDay, startOfDay, type Zone } from '../../lib/zone.ts'
import { LinkButton } from '../frame/link.tsx'
import { withQuery } from '../query.ts'

type Props = {
  readonly day: string
  readonly today: string
  readonly zone: Zone
  readonly fault: string | null
}

/** Which day is shown, with the one before and the one after; no script is needed. */
export function DayPicker({ day, today, zone, fault }: Props) {
  const start = startOfDay(day, zone)
  const end = endOfDay(day, zone)
  const pathTo = (at: Date): string => withQuery('/audit/days', { day: formatDay(at, zone), zone })
  return (
    <form action="/audit/days">
      <Group gap="xs" align="flex-end">
        <TextInput
          key={day}
          name="day"
          type="date"
          label={`Day (${zone})`}
          defaultValue={start === null ? '' : day}
          error={fault}
          size="xs"
          required
          withAsterisk={false}
        />
        <input type="hidden" name="zone" value={zone} />
        <Button type="submit" size="xs">
          Show
        </Button>
        {start !== null && (
          <LinkButton size="xs" variant="default" href={pathTo(new Date(start.getTime() - 1))}>
            Day before
          </LinkButton>
        )}
        {end !== null && day < today && (
          <LinkButton size="xs" variant="default" href={pathTo(end)}>
            Day after
          </LinkButton>
        )}
      </Group>
    </form>
  )
}
