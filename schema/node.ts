import { builder } from './builder.ts';
import type { Node as NodeModel } from './model.ts';

/** The interface of everything that has an id, for clients that keep a cache by id. */
export const Node = builder.interfaceRef<{ readonly id: string }>('Node').implement({
  description: 'A thing with an id that is unique among all types.',
  fields: (t) => ({ id: t.exposeID('id', { description: 'The id of this thing.' }) }),
  resolveType: (node) => (node as NodeModel).__typename,
});

builder.queryField('node', (t) =>
  t.field({
    description: 'The thing with this id; null if there is none, or the viewer may not see it.',
    type: Node,
    nullable: true,
    args: {
      id: t.arg.id({ description: 'The id of an account, conversation, message or mailbox.' }),
    },
    resolve: (_root, { id }, context) => context.nodes.find(id, context.caller),
  }),
);
