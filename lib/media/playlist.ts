import { type Cutting, countSegments, segmentStartSeconds } from './cutting.ts'

/**
 * The playlist of a recording (RFC 8216): one segment after the other, `segments/0.ts` and so on, relative to the
 * playlist’s address. The lengths add up to the recording’s, pauses included.
 */
export function renderPlaylist(cutting: Cutting): string {
  const count = countSegments(cutting)
  const discontinuities = new Set(cutting.kind === 'keyframes' ? cutting.discontinuities : [])
  const starts = Array.from({ length: count + 1 }, (_, n) => toMicroseconds(segmentStartSeconds(cutting, n)))
  const lengths = starts.slice(1).map((end, n) => (end - (starts[n] ?? 0)) / 1e6)
  const segments = lengths.flatMap((seconds, n) => [
    ...(discontinuities.has(n) ? ['#EXT-X-DISCONTINUITY'] : []),
    `#EXTINF:${seconds.toFixed(6)},`,
    `segments/${n}.ts`,
  ])
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    `#EXT-X-TARGETDURATION:${Math.max(1, ...lengths.map(Math.ceil))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    ...segments,
    '#EXT-X-ENDLIST',
    '',
  ].join('\n')
}

/** Rounded where segments meet and not each for itself, so that no error adds up. */
function toMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6)
}
