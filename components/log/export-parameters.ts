import type { Zone } from '../../lib/zone.ts'
import type { Asked } from './log-fields.tsx'
import { filterOf } from './log-links.ts'

type Export = {
  readonly name: string
  readonly what: string
  readonly format: string
  readonly redacted?: string
}

export const EXPORTS: readonly Export[] = [
  { name: 'CSV', what: 'for a spreadsheet', format: 'csv' },
  { name: 'JSON lines', what: 'for a program', format: 'jsonl' },
  { name: 'Bundle', what: 'proves itself, without this portal', format: 'bundle' },
  {
    name: 'Redacted bundle',
    what: 'the same, without names, addresses, cases and words',
    format: 'bundle',
    redacted: '1',
  },
]

/** The filter of the page as the parameters of an export; its times as the moments that they are. */
export function exportParameters(
  { address, from, to }: Pick<Asked, 'address' | 'from' | 'to'>,
  zone: Zone,
): Readonly<Record<string, string | undefined>> {
  return { ...filterOf(address), from: from?.toISOString(), to: to?.toISOString(), zone }
}
