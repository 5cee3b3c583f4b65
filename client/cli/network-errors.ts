/** A code for programs and a message for people. `Unreachable` may pass; the others will not. */
type Description = readonly [
  code: 'Unreachable' | 'LIMIT_EXCEEDED' | 'CertificateRejected' | 'NotParley',
  message: string,
];

/** Too Many Requests and Service Unavailable, which a proxy sends without a GraphQL error. */
const BUSY = [429, 503];

/** Describes an answer that is not GraphQL, as of a proxy or another kind of server. */
export function describeResponse(
  { status }: { readonly status: number },
  retryAfter: number | undefined,
  url: string,
): Description {
  if (BUSY.includes(status)) {
    const seconds = Math.ceil((retryAfter ?? 0) / 1_000);
    const when = seconds > 0 ? `in ${seconds} s` : 'later';
    return ['LIMIT_EXCEEDED', `The server at ${url} is busy. Try again ${when}.`];
  }
  if (status > 500)
    return ['Unreachable', `Cannot reach ${url}: a proxy before it answers ${status}.`];
  return ['NotParley', `${url} is not a Parley server.`];
}

/**
 * Describes a redirection. It loses what was sent, and a WebSocket does not follow it. Undefined
 * for the answer of the address itself.
 */
export function describeRedirect(
  response: Response | undefined,
  url: string,
): Description | undefined {
  if (!response?.redirected) return undefined;
  const to = response.url.replace(/\/graphql$/, '');
  return ['NotParley', `${url} redirects to ${to}. Use that address.`];
}

/** Why a certificate is not accepted, by the code of OpenSSL or Node.js. */
const CERTIFICATES: Record<string, string> = {
  CERT_HAS_EXPIRED: 'It has expired.',
  CERT_NOT_YET_VALID: "It is not valid yet. Check this computer's clock.",
  ERR_TLS_CERT_ALTNAME_INVALID: 'It is for another host.',
};
const UNTRUSTED =
  'Its issuer is not trusted. If you trust it, set NODE_EXTRA_CA_CERTS to the file of its certificate, or NODE_USE_SYSTEM_CA to 1 if this computer trusts it.';

/** Describes why there is no answer at all. */
export function describeNetworkError(error: Error | undefined, url: string): Description {
  const code = codeIn(error);
  const { host, hostname, protocol } = new URL(url);
  if (code === 'ENOTFOUND') return ['Unreachable', `Cannot reach ${url}: no host has this name.`];
  if (code === 'EAI_AGAIN')
    return ['Unreachable', `Cannot reach ${url}: names such as ${hostname} cannot be looked up.`];
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return ['NotParley', `${host} does not use TLS. Try http://${host}`];
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(code))
    return [
      'CertificateRejected',
      `The certificate of ${host} is not accepted. ${CERTIFICATES[code] ?? UNTRUSTED}`,
    ];
  if (NOT_HTTP.test(causeOf(error)?.message ?? ''))
    return ['NotParley', `${host} is not a Parley server: it does not use HTTP.`];
  if (code === 'UND_ERR_SOCKET' && protocol === 'http:')
    return [
      'Unreachable',
      `Cannot reach ${url}: ${host} closed the connection. If it uses TLS, try https://${host}`,
    ];
  return ['Unreachable', `Cannot reach ${url}. Check that the server is running.`];
}

const NOT_HTTP = /does not match the HTTP/;

/** The innermost cause of an error, which fetch wraps in an error of its own. */
function causeOf(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  return causeOf(error.cause) ?? error;
}

function codeIn(error: unknown): string {
  const cause = causeOf(error);
  return cause && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}
