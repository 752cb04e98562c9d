// Of what a browser says it is, as much as tells two devices of one person apart. It may say what it likes: for people to
// recognise, never to decide by. The first that fits counts, since newer browsers name older ones too.

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\/|\bEdgiOS\//, 'Edge'],
  [/\bOPR\/|\bOPiOS\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bHeadlessChrome\//, 'Chrome without a window'],
  [/\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bVersion\/[\d.]+ .*\bSafari\//, 'Safari'],
]

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
]

/** `Firefox on Windows`, from a User-Agent (RFC 9110 §10.1.5). */
export function describeDevice(userAgent: string | null): string {
  const [browser, system] = [find(BROWSERS, userAgent), find(SYSTEMS, userAgent)]
  if (browser !== null && system !== null) return `${browser} on ${system}`
  if (browser !== null) return browser
  return system === null ? 'An unknown device' : `A browser on ${system}`
}

function find(list: readonly (readonly [RegExp, string])[], userAgent: string | null): string | null {
  return list.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1] ?? null
}
