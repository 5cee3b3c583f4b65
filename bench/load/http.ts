import { once } from 'node:events';
import { connect } from 'node:net';

export interface HttpOptions {
  readonly url: string;
  readonly token: string;
  /** Receives the body of each answer, in the order of the requests. */
  onAnswer(body: string): void;
  onEnd(error: Error): void;
}

const HEAD_END = '\r\n\r\n';

/** Opens a connection that stays open, and returns a function that posts a body over it. */
export async function openHttp({ url, token, onAnswer, onEnd }: HttpOptions) {
  const { host, hostname, port } = new URL(url);
  const stream = connect({ host: hostname, port: Number(port), noDelay: true });
  let closed = false;
  stream.on('error', onEnd);
  stream.on('close', () => closed || onEnd(new Error('A connection was closed.')));
  await once(stream, 'connect');
  const head = [
    'POST /graphql HTTP/1.1',
    `Host: ${host}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    'Content-Length: ',
  ].join('\r\n');
  let received = '';
  stream.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
    for (let end = answerEnd(received); end !== undefined; end = answerEnd(received)) {
      const answer = received.slice(0, end);
      received = received.slice(end);
      onAnswer(bodyOf(answer));
    }
  });
  return {
    // The body is ASCII, so its length in bytes is that of the text.
    post: (body: string) => void stream.write(`${head}${body.length}${HEAD_END}${body}`),
    close() {
      closed = true;
      stream.destroy();
    },
  };
}

/** Where the first answer ends, or undefined while a part of it is missing. */
function answerEnd(text: string): number | undefined {
  const body = text.indexOf(HEAD_END) + HEAD_END.length;
  if (body < HEAD_END.length) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, body))?.[1];
  const last = length === undefined ? text.indexOf('\r\n0\r\n\r\n', body - 2) + 7 : undefined;
  const end = last ?? body + Number(length);
  return end > body && end <= text.length ? end : undefined;
}

/** The JSON of an answer. The sizes of its chunks, if any, lie around it. */
function bodyOf(answer: string): string {
  if (!answer.startsWith('HTTP/1.1 200')) throw new Error(answer);
  const body = answer.slice(answer.indexOf(HEAD_END));
  return body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1);
}
