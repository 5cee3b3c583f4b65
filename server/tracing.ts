import {
  type Context,
  context,
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { ExecutionResult } from 'graphql';
import type { CommitTrace } from './domain/commit-trace.ts';
import type { OperationArgs } from './transport/context.ts';
import type { Operations, Results } from './transport/operation.ts';
import { codesOf, described } from './transport/operation-record.ts';

const NAME = 'parley';

/** The codes of errors that are the server's. All others are the client's, or refusals. */
const FAULTS = ['UNAVAILABLE', 'INTERNAL'];

/** Records what a server does as OpenTelemetry spans. */
export interface Tracing extends CommitTrace {
  /** Returns the same operations, with a span for each. */
  traced(operations: Operations): Operations;
  /** Returns the ids of the span in progress, by the names that OpenTelemetry gives them in logs. */
  logFields(): object;
}

/**
 * Opens tracing if an SDK of OpenTelemetry has been registered in this process. Otherwise nothing
 * is traced, and the server does without all of this.
 */
export function openTracing(version: string): Tracing | undefined {
  if (!isRegistered()) return undefined;
  const tracer = trace.getTracer(NAME, version);
  return {
    traced: ({ execute, subscribe }) => ({
      execute: traced(tracer, execute),
      subscribe: traced(tracer, subscribe),
    }),
    logFields() {
      const { traceId, spanId } = trace.getActiveSpan()?.spanContext() ?? {};
      return traceId ? { trace_id: traceId, span_id: spanId } : {};
    },
    ...commitTrace(tracer),
  };
}

/** Whether there is an SDK. Without one, the provider is a proxy of this package for none. */
function isRegistered(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider && !provider.getDelegateTracer(NAME));
}

/** Adds a span to each operation. That of a subscription ends once it is open. */
function traced<Result extends ExecutionResult | Results>(
  tracer: Tracer,
  run: (args: OperationArgs) => Promise<Result>,
) {
  return (args: OperationArgs): Promise<Result> => {
    const { kind, field, name } = described(args);
    const attributes = {
      'graphql.operation.type': kind,
      ...(name !== undefined && { 'graphql.operation.name': name }),
      'parley.field': field,
    };
    return tracer.startActiveSpan(
      field === 'several' ? kind : `${kind} ${field}`,
      { kind: SpanKind.SERVER, attributes },
      parentOf(args),
      (span) =>
        within(span, async () => {
          const result = await run(args);
          const codes = codesOf(args, 'errors' in result ? result.errors : []);
          span.setAttribute('parley.outcome', codes[0] ?? 'ok');
          const fault = codes.find((code) => FAULTS.includes(code));
          if (fault) fail(span, fault);
          return result;
        }),
    );
  };
}

/** Returns the context of the span in progress, such as an HTTP request's, or of the sender's. */
const parentOf = ({ contextValue }: OperationArgs): Context =>
  trace.getActiveSpan()
    ? context.active()
    : propagation.extract(ROOT_CONTEXT, contextValue.headers, HEADERS);

/** Reads headers that may come from JSON: propagators expect strings, and some throw at others. */
const HEADERS: TextMapGetter<unknown> = {
  keys: (headers) => Object.keys(Object(headers)),
  get(headers, name) {
    const value: unknown = Object(headers)[name];
    return typeof value === 'string' ? value : undefined;
  },
};

/**
 * Traces commits that contain a change of a recorded operation. Such a commit is a child of the
 * first, since a sampler would decide about a span of its own independently. It and the other
 * operations are linked both ways.
 */
function commitTrace(tracer: Tracer): CommitTrace {
  const operations = new WeakMap<object, Span>();
  return {
    note(change) {
      const operation = trace.getActiveSpan();
      if (operation?.isRecording()) operations.set(change, operation);
    },
    commit(changes, run) {
      const [first, ...others] = new Set(changes.flatMap((each) => operations.get(each) ?? []));
      if (!first) return run();
      return tracer.startActiveSpan(
        'commit',
        { attributes: { 'parley.changes': changes.length }, links: others.map(linkTo) },
        trace.setSpan(ROOT_CONTEXT, first),
        (span) => {
          for (const operation of others) operation.addLink(linkTo(span));
          return within(span, run);
        },
      );
    },
  };
}

const linkTo = (span: Span) => ({ context: span.spanContext() });

/** Ends a span with what it spans. */
async function within<Result>(span: Span, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const { code, name } = Object(error);
    fail(span, String(code ?? name));
    throw error;
  } finally {
    span.end();
  }
}

/** Marks a span as failed. Without the message, which could quote what a client has sent. */
function fail(span: Span, type: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', type);
}
