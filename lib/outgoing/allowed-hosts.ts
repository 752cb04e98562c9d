import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** What ALLOW_PRIVATE_HOSTS says yes to. Names are matched as they stand in the address, addresses as they are dialled. */
export interface AllowedHosts {
  allowsName(name: string, port: number): boolean
  allowsAddress(address: Address, port: number): boolean
}

type NameRule = { name: string; port: number | null }
type NetworkRule = { network: Address; prefixLength: number; port: number | null }

const NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*$/

/**
 * Reads the entries of ALLOW_PRIVATE_HOSTS: `host`, `host:port`, `10.1.2.3`, `10.1.2.3:9000`, `fd00::1`,
 * `[fd00::1]:9000`, `10.0.0.0/8`, `fd00::/8`. Throws one Error that names every entry it cannot read.
 */
export function parseAllowedHosts(entries: readonly string[]): AllowedHosts {
  const faults = entries.filter((entry) => parseEntry(entry) === null)
  if (faults.length > 0) {
    throw new Error(
      `not a host, host:port or CIDR: ${faults.map((entry) => JSON.stringify(entry)).join(', ')}`,
    )
  }
  const rules = entries.map(parseEntry).filter((rule) => rule !== null)
  const names = rules.filter((rule) => 'name' in rule)
  const networks = rules.filter((rule) => 'network' in rule)
  return {
    allowsName: (name, port) =>
      names.some((rule) => rule.name === plainName(name) && (rule.port ?? port) === port),
    allowsAddress: (address, port) =>
      networks.some(
        (rule) =>
          (rule.port ?? port) === port &&
          rule.network.kind() === address.kind() &&
          address.match(rule.network, rule.prefixLength),
      ),
  }
}

/** Names compare without case and without the root's dot. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}

function parseEntry(entry: string): NameRule | NetworkRule | null {
  const text = entry.trim()
  if (text.includes('/')) return parseNetwork(text)
  if (isIP(text) !== 0) return addressRule(text, null)
  const [, bracketed, bare, digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? bare
  const port = digits === undefined ? null : Number(digits)
  if (host === undefined || port === 0 || (port !== null && port > 65_535)) return null
  if (isIP(host) !== 0) return addressRule(host, port)
  const name = plainName(host)
  return bracketed === undefined && NAME.test(name) ? { name, port } : null
}

function parseNetwork(text: string): NetworkRule | null {
  if (!ipaddr.isValidCIDR(text) || isIP(text.slice(0, text.indexOf('/'))) === 0) return null
  const [network, prefixLength] = ipaddr.parseCIDR(text)
  return { network, prefixLength, port: null }
}

function addressRule(text: string, port: number | null): NetworkRule {
  const network = ipaddr.process(text)
  return { network, prefixLength: network.kind() === 'ipv4' ? 32 : 128, port }
}
