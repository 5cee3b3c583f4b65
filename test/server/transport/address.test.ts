import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { clientAddress, shortened } from '../../../server/transport/address.ts';

const seen = (remoteAddress: string | undefined, forwarded?: string, hops = 0): string => {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return clientAddress({ socket: { remoteAddress }, headers } as unknown as IncomingMessage, hops);
};

test.for([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::6', '2001:db8:1:3::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  [undefined, 'unknown'],
])('a connection from %s counts as %s', ([remote, address]) => {
  expect(seen(remote)).toBe(address);
});

test.for([
  ['192.0.2.187', '192.0.2.0/24'],
  ['2001:db8:1:2::/64', '2001:db8:1:2::/64'],
  ['unknown', 'unknown'],
] as const)('the log shows %s as %s', ([address, short]) => {
  expect(shortened(address)).toBe(short);
});

test.for([
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:40000', '192.0.2.1'],
  [' 192.0.2.1 ', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['[::ffff:192.0.2.1]:443', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::/64'],
  ['[2001:db8::1]', '2001:db8::/64'],
  ['[2001:db8::1]:443', '2001:db8::/64'],
  ['198.51.100.7, 192.0.2.1', '192.0.2.1'],
  // Anything but an address is ignored in favour of the proxy's own.
  ['unknown', '127.0.0.1'],
  ['', '127.0.0.1'],
  ['0x7f.1', '127.0.0.1'],
  ['3221225985', '127.0.0.1'],
  ['198.51.100.7,', '127.0.0.1'],
  ['1'.repeat(10_000), '127.0.0.1'],
])('X-Forwarded-For "%s" counts as %s', ([forwarded, address]) => {
  expect(seen('127.0.0.1', forwarded, 1)).toBe(address);
});

test('X-Forwarded-For counts as far as trusted proxies have added to it', () => {
  expect(seen('10.0.0.2', '198.51.100.7, 192.0.2.1', 2)).toBe('198.51.100.7');
  expect(seen('10.0.0.2', '192.0.2.1', 2)).toBe('10.0.0.2');
  expect(seen('127.0.0.1', '192.0.2.1', 0)).toBe('127.0.0.1');
  expect(seen('203.0.113.9', '192.0.2.1', 1)).toBe('203.0.113.9');
  // A proxy over a Unix socket has no address.
  expect(seen(undefined, '192.0.2.1', 1)).toBe('192.0.2.1');
});
