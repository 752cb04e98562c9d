import { describe, expect, test } from 'vitest'
import { TICKS_PER_SECOND } from './clock.ts'
import { type Cutting, countSegments, planCutting, segmentStartSeconds } from './cutting.ts'
import type { KeyframeIndex } from './keyframe-index.ts'
import { renderPlaylist } from './playlist.ts'
import type { TransportStream } from './transport-stream.ts'

const STREAM: TransportStream = {
  video: { pid: 256, codec: 'h264' },
  audio: { pid: 257, codec: 'aac' },
  patPmt: '',
  sizeBytes: 188 * 100_000,
  durationSeconds: 95.5,
  beginsAnew: false,
  startPts: 0,
  hasVideo: true,
  hasAudio: true,
  keyframeAtSeconds: 0.02,
  keyframeSeconds: null,
}

function indexOf(seconds: readonly number[], durationSeconds: number, breaks: number[] = []): KeyframeIndex {
  return {
    sizeBytes: STREAM.sizeBytes,
    durationSeconds,
    offsets: seconds.map((_, n) => 564 + n * 1880),
    ticks: seconds.map((each) => each * TICKS_PER_SECOND),
    breaks,
  }
}

const startsOf = (cutting: Cutting): number[] =>
  Array.from({ length: countSegments(cutting) + 1 }, (_, n) => segmentStartSeconds(cutting, n))
const lengthsOf = (playlist: string): number[] =>
  [...playlist.matchAll(/^#EXTINF:([\d.]+),$/gm)].map(([, seconds]) => Number(seconds))

describe('an unscanned stream', () => {
  const grid = (changes: Partial<TransportStream>) => planCutting({ ...STREAM, ...changes }, null)

  test('is cut by a grid that begins with its first keyframe', () => {
    expect(startsOf(grid({}))).toEqual([0, 20.04, 40.04, 60.04, 80.04, 95.5])
  })

  test.each([
    ['unknown', null, 20],
    ['1 s', 1, 10],
    ['6 s', 6, 12],
    ['10 s', 10, 20],
    ['15 s', 15, 20],
    ['30 s', 30, 30],
    ['300 s', 300, 60],
  ])('with keyframes %s apart has a fitting grid', (_, keyframeSeconds, gridSeconds) => {
    expect(grid({ keyframeSeconds })).toMatchObject({ gridSeconds })
  })

  test('of sound alone is cut every ten seconds', () => {
    expect(grid({ hasVideo: false, keyframeAtSeconds: 0 })).toMatchObject({ gridSeconds: 10, count: 10 })
  })

  test.each([0, 0.04, 3, 19, 20.3, 25, 25.3, 40.3])(
    'of %d s has a last segment that is no crumb',
    (seconds) => {
      const starts = startsOf(grid({ durationSeconds: seconds }))
      expect(starts.at(-1)).toBe(seconds)
      const last = (starts.at(-1) ?? 0) - (starts.at(-2) ?? 0)
      if (starts.length > 2) expect(last).toBeGreaterThanOrEqual(5)
    },
  )

  test('never has more segments than packets', () => {
    expect(countSegments(grid({ sizeBytes: 188 * 3, durationSeconds: 90_000 }))).toBe(3)
    expect(countSegments(grid({ sizeBytes: 100 }))).toBe(1)
  })
})

describe('a scanned stream', () => {
  test('is cut at keyframes ten seconds apart or more', () => {
    const cutting = planCutting(STREAM, indexOf([0, 4, 8, 12, 16, 20, 24, 28, 90], 95.5))
    expect(startsOf(cutting)).toEqual([0, 12, 24, 90, 95.5])
  })

  test('keeps all that comes before its first keyframe in the first segment', () => {
    expect(planCutting(STREAM, indexOf([3, 14], 30))).toMatchObject({ offsets: [0, 2444] })
  })

  test('leaves no crumb at its end', () => {
    expect(startsOf(planCutting(STREAM, indexOf([0, 10, 20], 22)))).toEqual([0, 10, 22])
  })

  test('is cut where timestamps begin anew, however near', () => {
    const cutting = planCutting(STREAM, indexOf([0, 3, 13], 40, [1]))
    expect(startsOf(cutting)).toEqual([0, 3, 13, 40])
    expect(cutting).toMatchObject({ discontinuities: [1] })
  })
})

describe('the playlist', () => {
  test('reads as RFC 8216 has it', () => {
    expect(renderPlaylist(planCutting(STREAM, indexOf([0, 3, 13], 40, [1])))).toBe(
      [
        '#EXTM3U',
        '#EXT-X-VERSION:3',
        '#EXT-X-TARGETDURATION:27',
        '#EXT-X-MEDIA-SEQUENCE:0',
        '#EXT-X-PLAYLIST-TYPE:VOD',
        '#EXTINF:3.000000,',
        'segments/0.ts',
        '#EXT-X-DISCONTINUITY',
        '#EXTINF:10.000000,',
        'segments/1.ts',
        '#EXTINF:27.000000,',
        'segments/2.ts',
        '#EXT-X-ENDLIST',
        '',
      ].join('\n'),
    )
  })

  test.each([95.5, 14_400.0213, 3333.333333, 0.04])('of %d s adds up to them', (durationSeconds) => {
    const lengths = lengthsOf(renderPlaylist(planCutting({ ...STREAM, durationSeconds }, null)))
    const sum = lengths.reduce((total, length) => total + length, 0)
    expect(Math.abs(sum - durationSeconds)).toBeLessThan(1e-5)
  })

  test('states no segment longer than its target', () => {
    const playlist = renderPlaylist(planCutting(STREAM, indexOf([0, 11.3, 50.02], 60)))
    const target = Number(/TARGETDURATION:(\d+)/.exec(playlist)?.[1])
    for (const length of lengthsOf(playlist)) expect(Math.round(length)).toBeLessThanOrEqual(target)
  })

  test('says nothing of bandwidth, which would make players hold more', () => {
    expect(renderPlaylist(planCutting(STREAM, null))).not.toMatch(/BANDWIDTH|BITRATE/)
  })
})
