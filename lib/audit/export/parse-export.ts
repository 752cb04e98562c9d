import { type GivenParameters, type LogFilter, parseLogFilter } from '../log-filter.ts'

export const EXPORT_FORMATS = ['csv', 'jsonl', 'bundle'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export type ExportQuery = {
  /** Null where it could not be read. */
  readonly format: ExportFormat | null
  readonly isRedacted: boolean
  /** Of how many blocks a checkpoint speaks that somebody kept; a bundle proves that the log extends it. */
  readonly anchorSize: number | null
  readonly filter: LogFilter
  /** The reader’s zone, by name. */
  readonly zone: string
  /** The parameters that make the filter, as they were given. */
  readonly asked: Readonly<Record<string, string>>
  /** A sentence for each thing that could not be read. */
  readonly faults: readonly string[]
}

const SIZE = /^[1-9]\d{0,14}$/

/** Reads what an export's address asks for: the filter of the log's page, `format`, `redacted`, `anchor`. */
export function parseExport(given: GivenParameters): ExportQuery {
  const { format, redacted, anchor, ...rest } = given
  const { filter, zone, faults } = parseLogFilter(rest)
  const own: string[] = []
  const read = <T>(
    value: GivenParameters[string],
    parse: (text: string) => T | null,
    fault: string,
  ): T | null => {
    const [text = '', ...more] = [value ?? []].flat()
    const parsed = more.length === 0 ? parse(text) : null
    if (parsed === null) own.push(fault)
    return parsed
  }
  const asFormat = read(
    format,
    (text) => EXPORT_FORMATS.find((each) => each === text) ?? null,
    `“format” is one of ${EXPORT_FORMATS.join(', ')}.`,
  )
  const flag = read(redacted, (text) => REDACTED.get(text) ?? null, '“redacted” is 1, or left out.')
  const anchorSize =
    anchor === undefined
      ? null
      : read(
          anchor,
          (text) => (SIZE.test(text) ? Number(text) : null),
          '“anchor” is a checkpoint’s number of blocks.',
        )
  if (anchor !== undefined && asFormat !== null && asFormat !== 'bundle')
    own.push('Only a bundle proves anything of an “anchor”.')
  return {
    ...{ format: asFormat, isRedacted: flag ?? false, anchorSize, filter, zone },
    asked: Object.fromEntries(Object.entries(rest).flatMap(([name, value]) => toText(name, value))),
    faults: [...own, ...faults],
  }
}

const REDACTED: ReadonlyMap<string, boolean> = new Map([
  ['', false],
  ['0', false],
  ['1', true],
])

function toText(name: string, value: GivenParameters[string]): [string, string][] {
  return typeof value === 'string' && value !== ''
    ? [[name, value]]
    : [value ?? []]
        .flat()
        .slice(0, 1)
        .map((text) => [name, text])
}
