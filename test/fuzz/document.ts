import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNullableInputType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isUnionType,
} from 'graphql';
import { schema } from './answer.ts';

const KINDS = ['query', 'mutation', 'subscription'] as const;

/** A field of `Query`, `Mutation` or `Subscription`. */
export interface Root {
  readonly kind: (typeof KINDS)[number];
  readonly name: string;
}

/** An operation whose document is valid; its arguments and variables need not be. */
export interface Operation {
  readonly kind: Root['kind'];
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const rootType = (kind: Root['kind']) => schema.getRootType(kind as never) as GraphQLObjectType;

/** Every root field of the schema. */
export const ROOTS: readonly Root[] = KINDS.flatMap((kind) =>
  Object.keys(rootType(kind).getFields()).map((name) => ({ kind, name })),
);

const MAX_DEPTH = 5;
/** Below the server's limit, so that operations are executed. */
const MAX_ALIASES = 10;
/** Text that software mistakes for nothing, an end, a number, a pattern or another syntax. */
const NASTY_TEXT = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\udc00x',
    '\u2028',
    '\r\n',
    '\ufeff',
    '\u202e',
    'e\u0301',
    '*',
    '?',
    '%',
    '_',
  ],
  ...[
    '-1',
    '0',
    '1',
    '2147483648',
    '9223372036854775808',
    '1e9',
    'NaN',
    'null',
    '__proto__',
    "'; --",
    '\\',
    '"""',
  ],
  ...[
    'MQ',
    '00000000-0000-0000-0000-000000000000',
    '\u{1f600}'.repeat(200),
    'x'.repeat(4_000),
    'x'.repeat(4_001),
  ],
];
const NASTY_INTS = [-2_147_483_648, -1, 0, 1, 2, 100, 101, 2_147_483_647];
/** Values of variables that most types do not allow. */
const NASTY_VALUES = [2 ** 31, 1.5, 2 ** 53, 1e308, '1', true, null, [], {}, [[]]];

/** The state of generating one operation. All choices come from `draw`, so a seed repeats them. */
interface Draft {
  readonly draw: fc.GeneratorValue;
  readonly known: readonly string[];
  readonly declarations: string[];
  readonly values: Record<string, unknown>;
  readonly fragments: string[];
  aliases: number;
}

/**
 * Generates operations from a root field down through the schema's types, with fragments, aliases,
 * directives and variables. `known` is text for arguments: usernames, ids, cursors.
 */
export const operations = (
  { kind, name }: Root,
  known: readonly string[],
): fc.Arbitrary<Operation> =>
  fc.gen().map((draw) => {
    const draft: Draft = { draw, known, declarations: [], values: {}, fragments: [], aliases: 0 };
    const type = rootType(kind);
    const taken = new Set<string>();
    const first = field(draft, type.getFields()[name], 0, taken);
    // A subscription has one root field; of mutations one is enough.
    const more = kind === 'query' && oneIn(draft, 2) ? selections(draft, type, 0, taken) : '';
    const declared = draft.declarations.length > 0 ? `(${draft.declarations.join(', ')})` : '';
    const query = [`${kind} Random${declared} { ${first} ${more} }`, ...draft.fragments].join('\n');
    return { kind, query, variables: draft.values };
  });

/**
 * Every operation on a root field in which one argument, or one field of an input, has a nasty
 * value and the others have ordinary ones. One group for each argument and field.
 */
export function nastyOperations({ kind, name }: Root): Operation[][] {
  const { args = [], type } = rootType(kind).getFields()[name] ?? {};
  if (args.length === 0) return [];
  const declared = args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
  const given = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const inner = type && isLeafType(getNamedType(type)) ? '' : ' { __typename }';
  const query = `${kind} Nasty(${declared}) { ${name}(${given})${inner} }`;
  const usual = Object.fromEntries(args.map((arg) => [arg.name, ordinary(arg.type)]));
  return args.flatMap((arg) =>
    nastyValues(arg.type).map((values) =>
      values.map((nasty) => ({ kind, query, variables: { ...usual, [arg.name]: nasty } })),
    ),
  );
}

/** Generates nasty values of a type: one group, or one for each field of an input. */
function nastyValues(type: GraphQLInputType): unknown[][] {
  if (isNonNullType(type)) return nastyValues(type.ofType);
  if (isListType(type))
    return nastyValues(type.ofType).map((values) => values.map((each) => [each]));
  if (!isInputObjectType(type))
    return [[...(type.name === 'Int' ? NASTY_INTS : NASTY_TEXT), ...NASTY_VALUES]];
  const usual = ordinary(type) as object;
  return Object.values(type.getFields()).flatMap((each) =>
    nastyValues(each.type).map((values) =>
      values.map((nasty) => ({ ...usual, [each.name]: nasty })),
    ),
  );
}

/** An ordinary value of a type: null where it may be, and else something plausible. */
function ordinary(type: GraphQLInputType): unknown {
  if (isInputObjectType(type)) {
    return Object.fromEntries(
      Object.values(type.getFields()).map((each) => [each.name, ordinary(each.type)]),
    );
  }
  if (!isNonNullType(type)) return null;
  const inner = type.ofType;
  if (isInputObjectType(inner)) return ordinary(inner);
  if (isListType(inner)) return [ordinary(inner.ofType)];
  return inner.toString() === 'Int' ? 1 : 'mallory';
}

const oneIn = ({ draw }: Draft, count: number): boolean => draw(fc.nat, count - 1) === 0;
const pick = <Value>({ draw }: Draft, values: readonly Value[]): Value =>
  values[draw(fc.nat, values.length - 1)] as Value;

/**
 * Generates selections on a type. A response name is `taken` once per selection set, fragments
 * included, since two fields of one name would have to be identical.
 */
function selections(
  draft: Draft,
  type: GraphQLCompositeType,
  depth: number,
  taken: Set<string>,
): string {
  const count = 1 + draft.draw(fc.nat, 4);
  const chosen = Array.from({ length: count }, () => {
    if (oneIn(draft, 8)) return '__typename';
    if (isUnionType(type) || oneIn(draft, isAbstractType(type) ? 2 : 8))
      return fragment(draft, type, depth, taken);
    const fields = Object.values(type.getFields());
    const leaves = fields.filter((each) => isLeafType(getNamedType(each.type)));
    const possible = depth < MAX_DEPTH ? fields : leaves;
    return possible.length === 0 ? '__typename' : field(draft, pick(draft, possible), depth, taken);
  });
  return chosen.some((text) => text !== '') ? chosen.join(' ') : '__typename';
}

/** Generates a field with arguments and selections; empty when its name is taken. */
function field(
  draft: Draft,
  { name, args, type }: GraphQLField<unknown, unknown> = missing(),
  depth: number,
  taken: Set<string>,
): string {
  const isAliased = draft.aliases < MAX_ALIASES && oneIn(draft, 6);
  if (isAliased) draft.aliases += 1;
  const response = isAliased ? `alias${draft.aliases}` : name;
  if (taken.has(response)) return '';
  taken.add(response);
  const given = args
    .filter((arg) => isNonNullType(arg.type) || oneIn(draft, 2))
    .map((arg) => argument(draft, arg));
  const result = getNamedType(type);
  const inner = isLeafType(result)
    ? ''
    : ` { ${selections(draft, result as GraphQLCompositeType, depth + 1, new Set())} }`;
  const alias = isAliased ? `${response}: ` : '';
  const list = given.length > 0 ? `(${given.join(', ')})` : '';
  return `${alias}${name}${list}${depth > 0 ? directive(draft) : ''}${inner}`;
}

const missing = (): never => {
  throw new Error('There is no such root field.');
};

/** Generates an inline or named fragment on the type, a possible type, or an interface of one. */
function fragment(
  draft: Draft,
  type: GraphQLCompositeType,
  depth: number,
  taken: Set<string>,
): string {
  const members = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  const interfaces = members.flatMap((member) =>
    isUnionType(member) ? [] : member.getInterfaces(),
  );
  const on = pick<GraphQLCompositeType>(draft, [...members, ...interfaces]);
  const inner = `{ ${selections(draft, on, depth, taken)} }`;
  if (oneIn(draft, 2)) return `... on ${on.name}${directive(draft)} ${inner}`;
  // Numbered only now: fragments inside it have taken their names.
  const name = `Part${draft.fragments.length}`;
  draft.fragments.push(`fragment ${name} on ${on.name} ${inner}`);
  return `...${name}${directive(draft)}`;
}

function directive(draft: Draft): string {
  if (!oneIn(draft, 12)) return '';
  const condition = oneIn(draft, 2)
    ? variable(draft, 'Boolean!', oneIn(draft, 2))
    : String(oneIn(draft, 2));
  return ` @${pick(draft, ['include', 'skip'])}(if: ${condition})`;
}

function variable(draft: Draft, type: string, value: unknown): string {
  const name = `$v${draft.declarations.length}`;
  draft.declarations.push(`${name}: ${type}`);
  draft.values[name.slice(1)] = value;
  return name;
}

function argument(draft: Draft, { name, type }: GraphQLArgument): string {
  if (oneIn(draft, 2)) return `${name}: ${literal(type, value(draft, type))}`;
  const given = oneIn(draft, 10) ? pick(draft, NASTY_VALUES) : value(draft, type);
  return `${name}: ${variable(draft, String(type), given)}`;
}

/** Generates a JSON value that the type allows. */
function value(draft: Draft, type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return present(draft, type.ofType);
  return oneIn(draft, 6) ? null : present(draft, type);
}

function present(draft: Draft, type: GraphQLNullableInputType): unknown {
  if (isListType(type))
    return Array.from({ length: draft.draw(fc.nat, 3) }, () => value(draft, type.ofType));
  if (isEnumType(type)) return pick(draft, type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (each) => isNonNullType(each.type) || oneIn(draft, 2),
    );
    return Object.fromEntries(fields.map((each) => [each.name, value(draft, each.type)]));
  }
  if (type.name === 'Int')
    return oneIn(draft, 2) ? pick(draft, NASTY_INTS) : draft.draw(fc.nat, 30);
  if (type.name === 'Boolean') return oneIn(draft, 2);
  if (oneIn(draft, 4)) return pick(draft, NASTY_TEXT);
  return oneIn(draft, 6)
    ? draft.draw(fc.string, { unit: 'binary', maxLength: 40 })
    : pick(draft, draft.known);
}

/** Prints a value as a GraphQL literal, which cannot hold an unpaired surrogate. */
function literal(type: GraphQLInputType, given: unknown): string {
  if (isNonNullType(type)) return literal(type.ofType, given);
  if (Array.isArray(given) && isListType(type))
    return `[${given.map((each) => literal(type.ofType, each)).join(', ')}]`;
  if (isEnumType(type)) return String(given);
  if (given !== null && isInputObjectType(type)) {
    const fields = Object.entries(given as object).map(
      ([name, each]) => `${name}: ${literal(type.getFields()[name]?.type ?? type, each)}`,
    );
    return `{ ${fields.join(', ')} }`;
  }
  return typeof given === 'string' ? JSON.stringify(given.toWellFormed()) : String(given);
}
