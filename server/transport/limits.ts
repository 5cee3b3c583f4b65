import { Lexer, Source, TokenKind, type ValidationRule } from 'graphql';
import { RequestError } from '../../schema/errors.ts';
import type { Limits } from '../../schema/limits.ts';
import type { OperationCost } from './cost.ts';

/** Checks a document before it is parsed. @throws {RequestError} LIMIT_EXCEEDED if too large. */
export function checkSize(
  source: string | Source,
  { maxQueryBytes, maxQueryTokens }: Limits,
): void {
  const body = typeof source === 'string' ? source : source.body;
  const bytes = Buffer.byteLength(body);
  if (bytes > maxQueryBytes)
    throw exceeded(`This document has ${bytes} bytes; the limit is ${maxQueryBytes}.`);
  if (hasMoreTokens(body, maxQueryTokens))
    throw exceeded(`This document has too many tokens; the limit is ${maxQueryTokens}.`);
}

/** Counts tokens here, since graphql-js reports too many as a syntax error like any other. */
function hasMoreTokens(body: string, limit: number): boolean {
  const lexer = new Lexer(new Source(body));
  try {
    for (let count = 0; count <= limit; count += 1) {
      if (lexer.advance().kind === TokenKind.EOF) return false;
    }
    return true;
  } catch {
    // An invalid token: the parser reports it.
    return false;
  }
}

/** The validation rule that limits how often a document requests the same field. */
export const limitAliases =
  ({ maxQueryAliases }: Limits): ValidationRule =>
  (context) => {
    let count = 0;
    return {
      Field({ alias }) {
        if (!alias) return;
        count += 1;
        if (count !== maxQueryAliases + 1) return;
        const message = `This document has too many aliases; the limit is ${maxQueryAliases}.`;
        context.reportError(exceeded(message));
      },
    };
  };

/** Returns the error of an operation that is too deep or too expensive. */
export function excessOf(
  { cost, depth }: OperationCost,
  { maxQueryDepth, maxQueryCost }: Limits,
): RequestError | undefined {
  if (depth > maxQueryDepth)
    return exceeded(`The depth of this operation is ${depth}; the limit is ${maxQueryDepth}.`);
  if (cost > maxQueryCost) {
    const rounded = Math.ceil(cost);
    return exceeded(`The cost of this operation is ${rounded}; the limit is ${maxQueryCost}.`);
  }
}

const exceeded = (message: string): RequestError => new RequestError('LIMIT_EXCEEDED', message);
