import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * One subscriber of an IPv6 network commonly has this many bits to choose addresses from (RFC
 * 6177).
 */
const IPV6_PREFIX = 64;
/** Networks that a proxy of one's own is in: of the same machine or of a private network. */
const OWN_NETWORKS = ['loopback', 'private', 'linkLocal', 'uniqueLocal'];

/**
 * The client that a request comes from, as every limit by address counts it: `203.0.113.7`, or
 * `2001:db8::/64` for IPv6, whose clients have a whole network each; `unknown` on a connection that
 * has closed.
 *
 * With `proxyHops` it is the address that the outermost of so many proxies saw, as X-Forwarded-For
 * tells it. That header is believed only when a proxy of ours sends it; what is no address in it is
 * passed over.
 */
export function clientAddress(request: IncomingMessage, proxyHops: number): string {
  const forwarded = isForwarded(request, proxyHops)
    ? request.headers['x-forwarded-for']?.toString().split(',').at(-proxyHops)
    : undefined;
  return network(forwarded) ?? network(request.socket.remoteAddress) ?? 'unknown';
}

/** Whether a proxy of ours brings this request, so that its X-Forwarded headers can be believed. */
export const isForwarded = ({ socket }: IncomingMessage, proxyHops: number): boolean =>
  isProxy(socket, proxyHops);

/**
 * The address of the peer of a connection, as `clientAddress` tells it; undefined when the peer is
 * a proxy of ours.
 */
export const peerAddress = (socket: Socket, proxyHops: number): string | undefined =>
  isProxy(socket, proxyHops) ? undefined : (network(socket.remoteAddress) ?? 'unknown');

function isProxy({ remoteAddress }: Socket, proxyHops: number): boolean {
  if (proxyHops === 0) return false;
  const peer = parse(remoteAddress);
  // A peer without an address is at the other end of a Unix socket.
  return peer === undefined || OWN_NETWORKS.includes(peer.range());
}

function network(text: string | undefined): string | undefined {
  const address = parse(text);
  if (!(address instanceof ipaddr.IPv6)) return address?.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${withoutZone(address)}/${IPV6_PREFIX}`)}/${IPV6_PREFIX}`;
}

/**
 * Reads an address with or without a port: 192.0.2.1, 192.0.2.1:443, 2001:db8::1,
 * [2001:db8::1]:443.
 */
function parse(text: string | undefined): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = text?.trim().replace(/^\[([^[\]]*)\](:\d+)?$|^([\d.]+):\d+$/, '$1$3') ?? '';
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  return ipaddr.IPv6.isValid(bare) ? ipaddr.process(bare) : undefined;
}

const withoutZone = (address: ipaddr.IPv6): string =>
  new ipaddr.IPv6(address.toByteArray()).toString();
