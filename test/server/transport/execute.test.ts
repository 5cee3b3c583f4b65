import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import {
  buildSchema,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLAbstractType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLScalarType,
  execute as graphqlExecute,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  printSchema,
  responsePathAsArray,
} from 'graphql';
import { expect, test } from 'vitest';
import { execute } from '../../../server/transport/execute.ts';
import { schema as api } from '../../fuzz/answer.ts';
import { operations, ROOTS } from '../../fuzz/document.ts';

const RUNS_PER_ROOT = 60;

type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;
type Path = GraphQLResolveInfo['path'];

/** The context of an execution: it decides by the path what happens to a field, and when. */
class World {
  readonly #seed: number;
  readonly #isPrompt: boolean;
  readonly #waiting: { readonly order: number; release(): void }[] = [];

  constructor(seed: number, isPrompt: boolean) {
    this.#seed = seed;
    this.#isPrompt = isPrompt;
  }

  /** Returns a number below `limit`, always the same for a path and a purpose. */
  choose(path: Path, purpose: string, limit: number): number {
    let hash = this.#seed;
    for (const char of [...responsePathAsArray(path), purpose].join(' '))
      hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
    return ((hash ^ (hash >>> 15)) >>> 0) % limit;
  }

  /** Returns the outcome of a field: as it is, or for some fields as a promise. */
  outcome(path: Path, decide: () => unknown): unknown {
    if (this.#isPrompt || this.choose(path, 'promise', 2) === 0) return decide();
    return new Promise<void>((release) => {
      this.#waiting.push({ order: this.choose(path, 'order', 1_000_000), release });
    }).then(decide);
  }

  /** Settles the promises one after another, until there is a result. */
  async run(execution: ReturnType<Execute>): Promise<ExecutionResult> {
    let isDone = false;
    const result = Promise.resolve(execution).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await nextTurn();
      this.#waiting.sort((one, other) => other.order - one.order);
      this.#waiting.pop()?.release();
    }
    return result;
  }
}

/** The API, with resolvers that return, reject and throw everything that there is. */
const schema = buildSchema(printSchema(api));
for (const type of Object.values(schema.getTypeMap())) {
  if (type.name.startsWith('__')) continue;
  if (isObjectType(type))
    for (const field of Object.values(type.getFields())) field.resolve = resolve;
  if (isAbstractType(type)) type.resolveType = resolveType;
}

function resolve(_source: unknown, _args: unknown, world: World, info: GraphQLResolveInfo) {
  const { path, returnType } = info;
  return world.outcome(path, () => {
    const choice = world.choose(path, 'outcome', 24);
    if (choice === 0) throw new Error('Thrown');
    return choice === 1 ? new Error('Returned') : valueAt(world, path, returnType);
  });
}

function resolveType(
  _value: unknown,
  world: World,
  { path, schema }: GraphQLResolveInfo,
  type: GraphQLAbstractType,
) {
  const types = schema.getPossibleTypes(type);
  return types[world.choose(path, 'type', types.length)]?.name;
}

/** Makes a value of a type: sometimes null, even where that is not allowed. */
function valueAt(world: World, path: Path, type: GraphQLOutputType): unknown {
  if (world.choose(path, 'null', isNonNullType(type) ? 40 : 10) === 0) return null;
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (!isListType(nullable)) return nullable.name === 'Boolean' ? true : 7;
  return Array.from({ length: world.choose(path, 'length', 4) }, (_item, key) => {
    const itemPath = { prev: path, key, typename: undefined };
    return world.outcome(itemPath, () => valueAt(world, itemPath, nullable.ofType));
  });
}

/** Runs an operation, with promises or without, and returns the answer as clients see it. */
async function answer(run: Execute, args: ExecutionArgs, seed: number, isPrompt: boolean) {
  const world = new World(seed, isPrompt);
  const { data, errors } = await world.run(run({ ...args, contextValue: world }));
  return { data, errors: errors?.map((error) => error.toJSON()) };
}

const negated = (value: unknown) => (typeof value === 'boolean' ? !value : value);
const mapValues = (record: object, map: (value: unknown) => unknown) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

test.for(ROOTS)('answers $kind $name as graphql does', async (root) => {
  await fc.assert(
    fc.asyncProperty(
      operations(root, ['known']),
      fc.nat(),
      fc.boolean(),
      async ({ query, variables }, seed, isPrompt) => {
        const document = parse(query);
        // The second time by the plan that is kept, unless other variables select other fields.
        for (const variableValues of [variables, mapValues(variables, negated)]) {
          const args = { schema, document, variableValues };
          const theirs = await answer(graphqlExecute, args, seed, isPrompt);
          expect(await answer(execute, args, seed, isPrompt)).toEqual(theirs);
        }
      },
    ),
    { numRuns: RUNS_PER_ROOT },
  );
});

const FAULTY = `
  scalar Secret
  interface Named { name: String }
  type Person implements Named { name: String, secret: Secret, friends: [Person!], asked: Boolean! }
  type Place implements Named { name: String }
  type Query { person: Person, wrong: Person, later: Named, unknown: Named, foreign: Named }
`;

function faultySchema() {
  const schema = buildSchema(FAULTY);
  const named = schema.getType('Named') as GraphQLInterfaceType;
  named.resolveType = async ({ kind }: { kind: string }) => kind;
  const person = schema.getType('Person') as GraphQLObjectType;
  person.isTypeOf = async ({ kind }: { kind: string }) => kind === 'Person';
  (schema.getType('Secret') as GraphQLScalarType).coerceOutputValue = () => null;
  return schema;
}

const QUERY = `{
  __proto__: __typename
  person { __proto__: name secret friends { name } asked }
  wrong { name } later { name } unknown { name } foreign { name }
}`;

/** What none of the API's resolvers does. */
const PEOPLE = {
  person: { kind: 'Person', name: 'Ada', secret: 1, friends: 7, asked: null },
  wrong: { kind: 'Place', name: 'Ada' },
  later: Promise.resolve({ kind: 'Place', name: () => 'London' }),
  unknown: { kind: 'Animal' },
  foreign: { kind: 'Query' },
};

test('answers as graphql does where values are not of their type', async () => {
  const args = { schema: faultySchema(), document: parse(QUERY), rootValue: PEOPLE };
  const [ours, theirs] = await Promise.all([execute(args), graphqlExecute(args)]);
  const paths = ({ errors = [] }: ExecutionResult) => errors.map(({ path }) => path);
  expect(ours.data).toEqual(theirs.data);
  expect(paths(ours)).toEqual(paths(theirs));
  expect(JSON.stringify(ours.data)).toBe(JSON.stringify(theirs.data));
});
