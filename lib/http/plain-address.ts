import { isIP } from 'node:net'

/** An IP address in its one spelling, without port, brackets and the IPv4-in-IPv6 prefix; null when it is none. */
export function plainAddress(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^\[([^\]]+)\](?::\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/i, '')
  const family = isIP(bare)
  if (family === 0) return null
  return family === 4 ? bare : spellShort(bare)
}

/** RFC 5952: small letters, the longest run of zeros left out. */
function spellShort(address: string): string {
  const [host = '', ...zone] = address.split('%')
  const spelt = URL.parse(`http://[${host}]`)?.hostname.slice(1, -1) ?? host.toLowerCase()
  return [spelt, ...zone].join('%')
}
