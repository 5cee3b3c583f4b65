import { Server, type ServerResponse } from 'node:http';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { expect, onTestFinished, test } from 'vitest';
import { ASK_OVER, codes, overHttp } from '../support/ask.ts';
import { newChat, newChatWith, PASSWORD } from '../support/chat.ts';
import { newCollector, otelFolder } from '../support/collector.ts';
import { newDatabase, query } from '../support/database.ts';
import { startServer } from '../support/process.ts';
import { openWire, type Wire } from '../support/wire.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const traceparent = `00-${TRACE}-${PARENT}-01`;

const LOGIN =
  'mutation LogIn($in: LoginInput!) { login(input: $in) { ... on LoginSuccess { token } } }';
const SEND = 'mutation Send($in: SendMessageInput!) { sendMessage(input: $in) { __typename } }';
const DELETE = 'mutation ($in: DeleteAccountInput!) { deleteAccount(input: $in) { __typename } }';
const VIEWER = '{ viewer { username } }';

/** Registers an SDK until the test has finished, and keeps the spans that have ended. */
function recordSpans() {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
  onTestFinished(async () => {
    for (const api of [trace, context, propagation]) api.disable();
    await provider.shutdown();
  });
  return {
    all: () => exporter.getFinishedSpans(),
    named: (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name),
    forget: () => exporter.reset(),
  };
}

/** A chat whose server is traced, after its clients have logged in. */
async function newTracedChat<Name extends string>(...names: Name[]) {
  const spans = recordSpans();
  const parts = await newChat(...names);
  spans.forget();
  return { ...parts, spans };
}

/** Gives each HTTP request a span, in the way of OpenTelemetry's instrumentation of `node:http`. */
function traceRequests(): void {
  const { emit } = Server.prototype;
  const tracer = trace.getTracer('http');
  Server.prototype.emit = function (event: string, ...parts: unknown[]) {
    if (event !== 'request') return emit.call(this, event, ...parts);
    return tracer.startActiveSpan('POST', (span) => {
      (parts[1] as ServerResponse).once('close', () => span.end());
      return emit.call(this, event, ...parts);
    });
  };
  onTestFinished(() => {
    Server.prototype.emit = emit;
  });
}

/** Starts an operation on a socket, with headers of its own. */
const askWith = ({ socket }: Wire, id: string, headers: unknown) => {
  const payload = { query: VIEWER, extensions: { headers } };
  socket.send(JSON.stringify({ id, type: 'subscribe', payload }));
};

const isAnswerTo = (id: string) => (frame: { readonly id?: string }) => frame.id === id;
const idOf = (span: ReadableSpan) => span.spanContext().spanId;
const linked = ({ links }: ReadableSpan) => links.map((link) => link.context.spanId);

test('a server without an SDK traces nothing', async () => {
  const { chat } = await newChat('alice');
  expect(chat.app.tracing).toBeUndefined();
  expect(chat.app.services.commitTrace).toBeUndefined();
});

test('an operation over HTTP is a span in the trace of its header', async () => {
  const { chat, alice, spans } = await newTracedChat('alice');
  const me = 'query Me { viewer { username } }';
  await overHttp({ url: chat.url, token: alice.token, query: me }, { traceparent });
  const [span, ...others] = spans.all();
  expect(others).toEqual([]);
  expect(span).toMatchObject({
    name: 'query viewer',
    kind: SpanKind.SERVER,
    status: { code: SpanStatusCode.UNSET },
    parentSpanContext: { spanId: PARENT, isRemote: true },
    instrumentationScope: { name: 'parley', version: chat.app.ports.server.version },
  });
  expect(span?.spanContext().traceId).toBe(TRACE);
  expect(span?.attributes).toEqual({
    'graphql.operation.type': 'query',
    'graphql.operation.name': 'Me',
    'parley.field': 'viewer',
    'parley.outcome': 'ok',
  });
});

test('an operation on a socket is a span in the trace of its own headers', async () => {
  const { chat, alice, spans } = await newTracedChat('alice');
  const wire = await openWire(chat.url, alice.token);
  askWith(wire, '1', { traceparent });
  askWith(wire, '2', undefined);
  for (const id of ['1', '2']) await wire.received(isAnswerTo(id), 2);
  const [first, second] = spans.named('query viewer');
  expect(first?.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: PARENT });
  expect(second?.parentSpanContext).toBeUndefined();
});

test('the span of an HTTP request is the parent of its operation', async () => {
  const { chat, spans } = await newTracedChat();
  traceRequests();
  await overHttp({ url: chat.url, query: VIEWER }, { traceparent });
  await expect.poll(() => spans.named('POST').length).toBe(1);
  const [request] = spans.named('POST');
  expect(spans.named('query viewer')).toMatchObject([
    { parentSpanContext: request?.spanContext() },
  ]);
});

test.for<[what: string, headers: unknown]>([
  ['a traceparent that is none', { traceparent: 'no' }],
  ['a traceparent that is no text', { traceparent: { split: 1 }, tracestate: 7 }],
  ['baggage that is no text', { baggage: { length: 1 }, traceparent: [traceparent] }],
  ['headers that are a text', 'traceparent'],
  ['headers that are null', null],
])('an operation with %s is answered, in a trace of its own', async ([, headers]) => {
  const { chat, spans } = await newTracedChat();
  const wire = await openWire(chat.url, undefined);
  askWith(wire, '1', headers);
  const [answer] = await wire.received(isAnswerTo('1'), 2);
  expect(answer).toMatchObject({ type: 'next', payload: { data: { viewer: null } } });
  expect(spans.all().map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined]);
});

test('the span of a subscription ends once it is open, and deliveries have none', async () => {
  const { chat, alice, bob, spans } = await newTracedChat('alice', 'bob');
  const wire = await openWire(chat.url, bob.token);
  wire.ask('1', 'subscription { messageReceived { text } }');
  const opened = () => spans.named('subscription messageReceived').length;
  await expect.poll(opened).toBe(1);
  await alice.send('bob', 'one');
  await alice.send('bob', 'two');
  await wire.received(isAnswerTo('1'), 2);
  expect(spans.all().map(({ name }) => name)).toEqual([
    'subscription messageReceived',
    ...['commit', 'mutation sendMessage', 'commit', 'mutation sendMessage'],
  ]);
});

test('an operation of several fields is named by its kind alone', async () => {
  const { chat, spans } = await newTracedChat();
  await overHttp({ url: chat.url, query: '{ viewer { id } server { version } }' });
  expect(spans.all()).toMatchObject([
    { name: 'query', attributes: { 'parley.field': 'several', 'graphql.operation.type': 'query' } },
  ]);
});

test('a commit is a child of the operation whose change it makes', async () => {
  const { alice, spans } = await newTracedChat('alice', 'bob');
  await alice.send('bob', 'hello');
  const [commit, operation] = spans.all();
  expect(commit).toMatchObject({
    name: 'commit',
    kind: SpanKind.INTERNAL,
    attributes: { 'parley.changes': 1 },
    links: [],
    parentSpanContext: operation?.spanContext(),
  });
  expect(operation).toMatchObject({ name: 'mutation sendMessage', links: [] });
});

test('a commit of several operations and the others of them are linked both ways', async () => {
  const { chat, alice, spans } = await newTracedChat('alice', 'bob');
  const wire = await openWire(chat.url, alice.token);
  const COUNT = 40;
  for (let n = 0; n < COUNT; n += 1)
    wire.ask(String(n), SEND, { in: { to: 'bob', text: 'hello' } });
  await wire.received(({ type }) => type === 'complete', COUNT);

  const operations = spans.named('mutation sendMessage');
  const commits = spans.named('commit');
  expect(operations).toHaveLength(COUNT);
  expect(commits.length).toBeLessThan(COUNT);
  const made = commits.map((commit) => [
    String(commit.parentSpanContext?.spanId),
    ...linked(commit),
  ]);
  // Each operation is in exactly one commit.
  expect(made.flat().toSorted()).toEqual(operations.map(idOf).toSorted());
  expect(commits.map(({ attributes }) => attributes['parley.changes'])).toEqual(
    made.map(({ length }) => length),
  );
  for (const operation of operations) {
    const commit = commits.filter((each) => linked(each).includes(idOf(operation)));
    expect(linked(operation)).toEqual(commit.map(idOf));
  }
});

test('a commit is recorded only for operations that are', async () => {
  const { chat, alice, spans } = await newTracedChat('alice', 'bob');
  const notSampled = `00-${TRACE}-${PARENT}-00`;
  const send = { url: chat.url, token: alice.token, query: SEND };
  const variables = { in: { to: 'bob', text: 'hello' } };
  const { data } = await overHttp({ ...send, variables }, { traceparent: notSampled });
  expect(data).toEqual({ sendMessage: { __typename: 'SendMessageSuccess' } });
  expect(spans.all()).toEqual([]);
});

test('a refusal and an error of the client are outcomes, and not failures of a span', async () => {
  const { chat, spans } = await newTracedChat('alice');
  const { url } = chat;
  const variables = { in: { username: 'alice', password: 'wrong horse' } };
  await overHttp({ url, query: LOGIN, variables });
  await overHttp({ url, query: '{ mailbox { pendingCount } }' });
  expect(spans.all()).toMatchObject([
    { status: { code: SpanStatusCode.UNSET }, name: 'mutation login' },
    { status: { code: SpanStatusCode.UNSET }, name: 'query mailbox' },
  ]);
  expect(spans.all().map(({ attributes }) => attributes['parley.outcome'])).toEqual([
    'InvalidCredentialsError',
    'UNAUTHENTICATED',
  ]);
});

test('a fault of the server is a failure of its spans, without the cause', async () => {
  const spans = recordSpans();
  const DATABASE_URL = await newDatabase();
  const { chat, alice } = await newChatWith({ settings: { DATABASE_URL } }, 'alice', 'bob');
  await query(DATABASE_URL, 'alter table message rename to lost');
  spans.forget();
  const variables = { in: { to: 'bob', text: 'hello' } };
  const answer = await overHttp({ url: chat.url, token: alice.token, query: SEND, variables });
  expect(codes(answer)).toEqual(['INTERNAL']);
  const [commit, operation] = spans.all();
  const failed = { status: { code: SpanStatusCode.ERROR }, events: [] };
  expect(commit).toMatchObject({ ...failed, name: 'commit' });
  expect(commit?.attributes['error.type']).toMatch(/^(ERR_SQLITE_ERROR|42P01)$/);
  expect(operation).toMatchObject({
    ...failed,
    attributes: { 'parley.outcome': 'INTERNAL', 'error.type': 'INTERNAL' },
  });
  expect([commit?.status.message, operation?.status.message]).toEqual([undefined, undefined]);
});

test.for(Object.keys(ASK_OVER) as (keyof typeof ASK_OVER)[])(
  'spans of operations by %s hold nothing that their clients typed',
  async (way) => {
    const { chat, spans } = await newTracedChat('alice', 'bob');
    const ask = (document: string, input: object, token?: string) =>
      ASK_OVER[way]({ url: chat.url, query: document, variables: { in: input }, token });
    const { data } = await ask(LOGIN, { username: 'alice', password: PASSWORD, ifOnline: 'JOIN' });
    const token = String(Object(data?.login).token);
    expect(token.length).toBeGreaterThan(20);
    await ask(SEND, { to: 'bob', text: 'a text' }, token);
    await ask(SEND, { to: 'bob', text: '' }, token);
    await ask(DELETE, { username: 'alice', password: PASSWORD }, token);
    const exported = JSON.stringify(
      spans.all().map(({ name, attributes, events, links, status }) => ({
        name,
        attributes,
        events,
        links,
        status,
      })),
    );
    expect(exported).toContain('sendMessage');
    for (const secret of [PASSWORD, token, 'a text', 'alice', 'bob', '127.0.0.1'])
      expect(exported).not.toContain(secret);
  },
);

test('a stopping server exports what is left, and its log has the ids of the spans', async () => {
  const collector = await newCollector();
  const server = await startServer({
    DATABASE_URL: await newDatabase(),
    LOG_LEVEL: 'info',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${collector.host}`,
    OTEL_BSP_SCHEDULE_DELAY: '3600000',
    NODE_OPTIONS: `--import ${await otelFolder()}/otel.mjs`,
  });
  await server.logs('traced with OpenTelemetry');
  await overHttp({ url: server.url, query: VIEWER }, { traceparent });
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  const { traceId, spanId } = await collector.received('query viewer');
  expect(traceId).toBe(TRACE);
  const line = server
    .stderr()
    .split('\n')
    .find((each) => each.includes('"operation"'));
  expect(JSON.parse(String(line))).toMatchObject({ trace_id: traceId, span_id: spanId });
});
