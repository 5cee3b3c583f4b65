/**
 * @generated SignedSource<<4343d8530246d767099c947437b4771e>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type chatMailSubscription$variables = Record<PropertyKey, never>;
export type chatMailSubscription$data = {
  readonly messageReceived: {
    readonly id: string;
    readonly position: number | null | undefined;
    readonly senderUsername: string;
    readonly text: string;
  };
};
export type chatMailSubscription = {
  response: chatMailSubscription$data;
  variables: chatMailSubscription$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "alias": null,
    "args": null,
    "concreteType": "Message",
    "kind": "LinkedField",
    "name": "messageReceived",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "id",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "position",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "senderUsername",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "text",
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": [],
    "kind": "Fragment",
    "metadata": null,
    "name": "chatMailSubscription",
    "selections": (v0/*:: as any*/),
    "type": "Subscription",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [],
    "kind": "Operation",
    "name": "chatMailSubscription",
    "selections": (v0/*:: as any*/)
  },
  "params": {
    "cacheID": "a48e9809679f2fa2cb7571da3a38155f",
    "id": null,
    "metadata": {},
    "name": "chatMailSubscription",
    "operationKind": "subscription",
    "text": "subscription chatMailSubscription {\n  messageReceived {\n    id\n    position\n    senderUsername\n    text\n  }\n}\n"
  }
};
})();

(node as any).hash = "412b9468a96ea02d35f04883b8ca6aad";

export default node;
