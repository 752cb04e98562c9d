import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { AppError } from '../errors.ts'
import { type AllowedHosts, plainName } from './allowed-hosts.ts'

/**
 * Keeps outgoing connections from leading inside the network. What counts is the address that is dialled, not the
 * name that was written: a name is judged by what it resolves to, at the moment it is resolved for that connection.
 */
export interface AddressGuard {
  /** Throws `address-refused` when `host` is an address itself, inside and not listed. `net` never looks those up. */
  refuseLiteral(host: string, port: number): void
  /** A lookup for one connection to `port`: gives only addresses that may be dialled, else fails `address-refused`. */
  lookupFor(port: number): LookupFunction
  /** For a target that a proxy will dial: judges what the name resolves to here, as far as it resolves here at all. */
  refuseTarget(host: string, port: number): Promise<void>
}

const GLOBAL_UNICAST_V6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3]
const NAT64: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('64:ff9b::'), 96]

export function createAddressGuard(
  allowed: AllowedHosts,
  lookup: LookupFunction = systemLookup,
): AddressGuard {
  const mayDial = (address: string, port: number): boolean =>
    whyInside(address) === null || allowed.allowsAddress(parseAddress(address), port)

  const refuseLiteral = (host: string, port: number): void => {
    const address = plainName(host)
    if (isIP(address) !== 0 && !mayDial(address, port)) throw refusal(address, port, [address])
  }

  return {
    refuseLiteral,

    lookupFor: (port) => (name, options, callback) => {
      lookup(name, { ...options, all: true }, (error, found) => {
        if (error) return callback(error, [])
        const addresses = asList(found)
        const usable = allowed.allowsName(name, port)
          ? addresses
          : addresses.filter(({ address }) => mayDial(address, port))
        const first = usable[0]
        if (first === undefined) {
          return callback(
            refusal(
              name,
              port,
              addresses.map(({ address }) => address),
            ),
            [],
          )
        }
        if (options.all) return callback(null, usable)
        return callback(null, first.address, first.family)
      })
    },

    refuseTarget: async (host, port) => {
      refuseLiteral(host, port)
      const name = plainName(host)
      if (isIP(name) !== 0 || allowed.allowsName(name, port)) return
      const addresses = await new Promise<string[]>((resolve) => {
        // A name that only the proxy can resolve is the proxy's to judge.
        lookup(name, { all: true }, (error, found) =>
          resolve(error ? [] : asList(found).map(({ address }) => address)),
        )
      })
      if (!addresses.every((address) => mayDial(address, port))) throw refusal(name, port, addresses)
    },
  }
}

/** The kind of address it is when it does not lie on the public internet (IANA special-purpose registries), else null. */
export function whyInside(text: string): string | null {
  const address = parseAddress(text)
  if (address instanceof ipaddr.IPv6) {
    // An IPv6-only network reaches IPv4 hosts through this prefix (RFC 6052): what counts is the host behind it.
    if (address.match(NAT64)) return whyInside(address.toByteArray().slice(12).join('.'))
    if (!address.match(GLOBAL_UNICAST_V6) && address.range() === 'unicast') return 'reserved'
  }
  const range = address.range()
  return range === 'unicast' ? null : range
}

/** An IPv4 address in IPv6 clothes (`::ffff:10.0.0.1`) is the IPv4 address; a zone (`fe80::1%eth0`) changes nothing. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 {
  return ipaddr.process(text.replace(/%.*$/, ''))
}

function asList(found: string | LookupAddress[]): LookupAddress[] {
  return typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found
}

function refusal(host: string, port: number, addresses: string[]): AppError {
  const inside = addresses.filter((address) => whyInside(address) !== null)
  const address = inside[0] ?? addresses[0] ?? host
  const entry = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  const leads = address === host ? 'is' : `leads to ${address},`
  return new AppError(
    'address-refused',
    `${entry} ${leads} an address inside the network (${whyInside(address) ?? 'unknown'}). If that is meant, add ${entry} to ALLOW_PRIVATE_HOSTS.`,
    { facts: { host, port, addresses } },
  )
}
