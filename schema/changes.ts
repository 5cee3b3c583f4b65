import {
  BreakingChangeType,
  DangerousChangeType,
  findSchemaChanges,
  type GraphQLSchema,
  type SchemaChange,
} from 'graphql';

/** A difference between the released schema and today's. */
export interface Change {
  readonly risk: 'breaking' | 'dangerous' | 'safe';
  /** A sentence that names what changed by its schema coordinate. */
  readonly description: string;
  /** The coordinates of what changed, such as `Query.accounts(first:)`. */
  readonly coordinates: readonly string[];
}

/** Returns what changed between two schemas, without changes of descriptions. */
export function findChanges(released: GraphQLSchema, today: GraphQLSchema): Change[] {
  const isType = (name = '') => name in released.getTypeMap() || name in today.getTypeMap();
  return findSchemaChanges(released, today)
    .filter(({ type }) => type !== 'DESCRIPTION_CHANGED')
    .map((change) => ({
      risk: riskOf(change),
      description: change.description,
      coordinates: coordinatesIn(change.description).filter(
        (coordinate) => coordinate.startsWith('@') || isType(coordinate.split('.')[0]),
      ),
    }));
}

/** Returns the breaking changes that a changelog does not announce. */
export function findUnannounced(changes: readonly Change[], changelog: string): Change[] {
  const announced = announcementsIn(changelog);
  return changes.filter(
    ({ risk, coordinates }) =>
      risk === 'breaking' && !coordinates.every((each) => announced.includes(`\`${each}\``)),
  );
}

function riskOf({ type }: SchemaChange): Change['risk'] {
  if (type in BreakingChangeType) return 'breaking';
  return type in DangerousChangeType ? 'dangerous' : 'safe';
}

/** The old and the new type of a field have not changed themselves. */
function coordinatesIn(description: string): string[] {
  const [subject = ''] = description.split(' changed type from ');
  return subject.match(/@?\b[A-Za-z_]\w*(\.\w+)?(\(\w+:\))?/g) ?? [];
}

/** The unreleased paragraphs and list items that start with **Breaking**. */
function announcementsIn(changelog: string): string {
  const [, unreleased = ''] = changelog.split(/^## /m);
  return unreleased.match(/\*\*Breaking\*\*.*?(?=\n- |\n#|$)/gs)?.join('\n') ?? '';
}
