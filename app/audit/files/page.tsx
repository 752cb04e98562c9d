import { Text } from '@mantine/core'
import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { Empty, Section } from '../../../components/access/section.tsx'
import { LinkButton } from '../../../components/frame/link.tsx'
import { ExportChoice } from '../../../components/log/export-choice.tsx'
import { ExportList } from '../../../components/log/export-list.tsx'
import { FilterWords } from '../../../components/log/filter-words.tsx'
import { logPath } from '../../../components/log/log-links.ts'
import { LogPage } from '../../../components/log/log-page.tsx'
import { NotLookedFor } from '../../../components/log/not-looked-for.tsx'
import { readQuery, withQuery } from '../../../components/query.ts'
import { parseZone, ZONE_COOKIE } from '../../../components/times.ts'
import { readExportsPage } from '../../../lib/audit/background/read-exports-page.ts'
import { LOG_FILTER_PARAMETERS, parseLogFilter } from '../../../lib/audit/log-filter.ts'
import { requirePagePermission } from '../../../lib/auth/require.ts'
import { services } from '../../../lib/services.ts'

export const metadata: Metadata = { title: 'Exports of the log' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

/** Takes what a filter of the log finds, at once or in the background, and lists what is made or was. */
export default async function FilesPage({ searchParams }: Props) {
  const given = await searchParams
  const address = readQuery(given, LOG_FILTER_PARAMETERS)
  const actor = await requirePagePermission('audit:export', withQuery('/audit/files', address))
  const parsed = parseLogFilter(given, parseZone((await cookies()).get(ZONE_COOKIE)?.value))
  const { isLarge, exports, faults } = await readExportsPage(services(), actor, parsed)
  const { from = null, to = null } = parsed.filter
  const asked = { address, zone: parsed.zone, from, to, faults: { fields: {}, rest: faults } }
  return (
    <LogPage reader={actor} title="Exports" here="/audit/files">
      {faults.length > 0 ? (
        <NotLookedFor faults={asked.faults} />
      ) : (
        <>
          <FilterWords asked={asked} personName={null} isFixed />
          <ExportChoice asked={asked} isLarge={isLarge} />
        </>
      )}
      <div>
        <LinkButton href={logPath(address)} size="xs" variant="default">
          Change the filter
        </LinkButton>
      </div>
      <Section id="yours" title="Yours">
        {exports.length === 0 ? (
          <Empty>Nothing was made in the background in the last 24 hours.</Empty>
        ) : (
          <ExportList exports={exports} />
        )}
        <Text size="xs" c="dimmed">
          A file is there for 24 hours, for you alone. That it is made and that it is fetched is on record.
        </Text>
      </Section>
    </LogPage>
  )
}
