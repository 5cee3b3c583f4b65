import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

/** Bits that identify a subscriber of an IPv6 network, who can choose the rest (RFC 6177). */
const IPV6_PREFIX = 64;
/** Addresses that are remembered: each request asks for its connection's. */
const MAX_KNOWN = 10_000;
/** The longest text that is remembered: a header may hold a longer one. */
const MAX_ADDRESS = 64;
/** Ranges of a trusted proxy: the same machine or a private network. */
const PROXY_RANGES = ['loopback', 'private', 'linkLocal', 'uniqueLocal'];

/**
 * Returns the client's address, as all limits per address count it: `203.0.113.7`, or
 * `2001:db8::/64` for IPv6, where each client has a whole network; `unknown` if the connection has
 * closed.
 *
 * With `proxyHops` it is the address in X-Forwarded-For as seen by the outermost trusted proxy. The
 * header counts only on a request from a trusted proxy, and only if it holds an address there.
 */
export function clientAddress(request: IncomingMessage, proxyHops: number): string {
  const forwarded = isForwarded(request, proxyHops)
    ? request.headers['x-forwarded-for']?.toString().split(',').at(-proxyHops)
    : undefined;
  return network(forwarded) ?? network(request.socket.remoteAddress) ?? 'unknown';
}

/**
 * Returns a client's address for the log: of an IPv4 address the first 24 bits, `203.0.113.0/24`,
 * which name a network and not a household. IPv6 is that short already.
 */
export const shortened = (address: string): string => address.replace(/\.\d+$/, '.0/24');

/** Whether a request comes from a trusted proxy, so that its X-Forwarded headers count. */
export const isForwarded = ({ socket }: IncomingMessage, proxyHops: number): boolean =>
  isProxy(socket, proxyHops);

/** Returns the address of a connection's peer in the same form; undefined for a trusted proxy. */
export const peerAddress = (socket: Socket, proxyHops: number): string | undefined =>
  isProxy(socket, proxyHops) ? undefined : (network(socket.remoteAddress) ?? 'unknown');

function isProxy({ remoteAddress = '' }: Socket, proxyHops: number): boolean {
  // A peer without an address is connected by a Unix socket.
  return proxyHops > 0 && (lookUp(remoteAddress)?.isNear ?? true);
}

const network = (text = ''): string | undefined => lookUp(text)?.network;

/** What is known of an address. */
interface Known {
  /** The address as limits count it. */
  readonly network: string;
  /** Whether it is in a range of trusted proxies. */
  readonly isNear: boolean;
}

/** Addresses by their text. Parsing one took a tenth of the time of a request. */
const known = new LRUCache<string, Known>({ max: MAX_KNOWN });

function lookUp(text: string): Known | undefined {
  // Most requests have no such header. The parser throws errors to itself, which takes long.
  if (text === '') return undefined;
  const before = known.get(text);
  if (before) return before;
  const address = parse(text);
  if (!address) return undefined;
  const found = { network: networkOf(address), isNear: PROXY_RANGES.includes(address.range()) };
  if (text.length <= MAX_ADDRESS) known.set(text, found);
  return found;
}

function networkOf(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${withoutZone(address)}/${IPV6_PREFIX}`)}/${IPV6_PREFIX}`;
}

/**
 * Parses an address with or without a port: 192.0.2.1, 192.0.2.1:443, 2001:db8::1,
 * [2001:db8::1]:443.
 */
function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = text.trim().replace(/^\[([^[\]]*)\](:\d+)?$|^([\d.]+):\d+$/, '$1$3');
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  return ipaddr.IPv6.isValid(bare) ? ipaddr.process(bare) : undefined;
}

const withoutZone = (address: ipaddr.IPv6): string =>
  new ipaddr.IPv6(address.toByteArray()).toString();
