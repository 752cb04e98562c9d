import type { Stage } from './stage.ts'

/** One line of the table; without the bar, one of `results.json`. */
export type Result = {
  readonly name: string
  readonly unit: string
  readonly value: number
  /** The name of what was measured beside it in the same run; null where the value stands for itself. */
  readonly ratioTo: string | null
  readonly ratio: number | null
  /** What it has to reach; null where it is only told. */
  readonly bar: { readonly text: string; readonly isMet: boolean } | null
}

/** What others are measured by. */
export function baseline(name: string, unit: string, value: number): Result {
  return { name, unit, value, ratioTo: null, ratio: null, bar: null }
}

/** A value with how many times the baseline it is. */
export function compare(
  name: string,
  value: number,
  told: { readonly to: Result; readonly bar?: Result['bar']; readonly ratio?: number },
): Result {
  const { to, bar = null, ratio = value / to.value } = told
  return { name, unit: to.unit, value, ratioTo: to.name, ratio, bar }
}

export type Figure = {
  readonly name: string
  measure(stage: Stage): Promise<Result[]>
}

/** The results as columns of text. */
export function formatTable(results: readonly Result[]): string {
  const rows = results.map(({ name, unit, value, ratioTo, ratio, bar }) => [
    name,
    `${formatNumber(value)} ${unit}`,
    ratio === null || ratioTo === null ? '' : `${formatNumber(ratio)} × ${ratioTo}`,
    bar === null ? '' : `${bar.text}: ${bar.isMet ? 'met' : 'NOT MET'}`,
  ])
  const all = [['figure', 'value', 'ratio', 'bar'], ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(2)
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 3)
}
