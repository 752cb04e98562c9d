import { Text } from '@mantine/core'
import { IconCalendarOff } from '@tabler/icons-react'
import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { Plate } from '../../../components/frame/plate.tsx'
import { DayPicker } from '../../../components/log/day-picker.tsx'
import { DayTable } from '../../../components/log/day-table.tsx'
import { LogPage } from '../../../components/log/log-page.tsx'
import { readQuery, withQuery } from '../../../components/query.ts'
import { parseZone, ZONE_COOKIE } from '../../../components/times.ts'
import { readDay } from '../../../lib/audit/aids/read-day.ts'
import type { DaySummary } from '../../../lib/audit/aids/summarise-day.ts'
import type { Actor } from '../../../lib/auth/actor.ts'
import { requirePagePermission } from '../../../lib/auth/require.ts'
import { isAppError } from '../../../lib/errors.ts'
import { services } from '../../../lib/services.ts'
import { findZone, formatDay, type Zone } from '../../../lib/zone.ts'

export const metadata: Metadata = { title: 'Days of the log' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

/** What stood out on one day, project by project. */
export default async function DaysPage({ searchParams }: Props) {
  const address = readQuery(await searchParams, ['day', 'zone'])
  const actor = await requirePagePermission('audit:read', withQuery('/audit/days', address))
  const zone = findZone(address.zone ?? '') ?? parseZone((await cookies()).get(ZONE_COOKIE)?.value)
  const today = formatDay(new Date(), zone)
  const day = address.day ?? today
  const summary = await readOrSay(actor, day, zone)
  return (
    <LogPage reader={actor} title="Day by day" here="/audit/days">
      <DayPicker day={day} today={today} zone={zone} fault={summary === null ? FAULT : null} />
      {summary !== null && summary.projects.length === 0 && (
        <Plate title="Nothing is summed up" icon={<IconCalendarOff size={26} stroke={1.5} aria-hidden />}>
          No project whose log you may read has its days summed up.
        </Plate>
      )}
      {summary !== null && summary.projects.length > 0 && <DayTable projects={summary.projects} />}
      {summary !== null && summary.leftOut.length > 0 && (
        <Text size="sm" c="dimmed" className="breakable">
          Not summed up, as its administrators chose: {summary.leftOut.join(', ')}.
        </Text>
      )}
    </LogPage>
  )
}

const FAULT = 'This is no day, such as 2026-11-24.'

/** Null for what is no day. */
async function readOrSay(actor: Actor, day: string, zone: Zone): Promise<DaySummary | null> {
  try {
    return await readDay(services(), actor, { day, zone })
  } catch (error) {
    if (isAppError(error, 'request-invalid')) return null
    throw error
  }
}
