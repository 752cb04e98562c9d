import ipaddr from 'ipaddr.js'
import { plainName } from './allowed-hosts.ts'

/**
 * Reads NO_PROXY as curl does: names (`bank.example` and `.bank.example` cover what lies under them too), addresses,
 * CIDR, each with a port or without, by commas or blanks; `*` is everything. Gives whether a host goes past the proxy.
 */
export function parseNoProxy(text: string): (host: string, port: number) => boolean {
  const rules = text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(parseEntry)
  return (host, port) => {
    const name = plainName(host)
    return rules.some((rule) => (rule.port ?? port) === port && covers(rule.host, name))
  }
}

function parseEntry(entry: string): { host: string; port: number | null } {
  const [, bracketed, bare, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(entry) ?? []
  const host = plainName(bracketed ?? bare ?? entry).replace(/^\*?\./, '')
  return { host, port: digits === undefined ? null : Number(digits) }
}

function covers(rule: string, name: string): boolean {
  if (rule === '*' || rule === name || name.endsWith(`.${rule}`)) return true
  if (!ipaddr.isValidCIDR(rule) || !ipaddr.isValid(name)) return false
  const [network, prefixLength] = ipaddr.parseCIDR(rule)
  const address = ipaddr.process(name)
  return network.kind() === address.kind() && address.match(network, prefixLength)
}
