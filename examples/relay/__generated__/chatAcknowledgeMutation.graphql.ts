/**
 * @generated SignedSource<<8db4c24742f4824b30b3a943407f340c>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type AcknowledgeMessagesInput = {
  through: number;
};
export type chatAcknowledgeMutation$variables = {
  input: AcknowledgeMessagesInput;
};
export type chatAcknowledgeMutation$data = {
  readonly acknowledgeMessages: {
    readonly mailbox?: {
      readonly id: string;
      readonly pendingCount: number;
    };
    readonly message?: string;
  };
};
export type chatAcknowledgeMutation = {
  response: chatAcknowledgeMutation$data;
  variables: chatAcknowledgeMutation$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "input"
  }
],
v1 = [
  {
    "kind": "Variable",
    "name": "input",
    "variableName": "input"
  }
],
v2 = {
  "kind": "InlineFragment",
  "selections": [
    {
      "alias": null,
      "args": null,
      "concreteType": "Mailbox",
      "kind": "LinkedField",
      "name": "mailbox",
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
          "name": "pendingCount",
          "storageKey": null
        }
      ],
      "storageKey": null
    }
  ],
  "type": "AcknowledgeMessagesSuccess",
  "abstractKey": null
},
v3 = {
  "kind": "InlineFragment",
  "selections": [
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "message",
      "storageKey": null
    }
  ],
  "type": "Error",
  "abstractKey": "__isError"
};
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "chatAcknowledgeMutation",
    "selections": [
      {
        "alias": null,
        "args": (v1/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "acknowledgeMessages",
        "plural": false,
        "selections": [
          (v2/*:: as any*/),
          (v3/*:: as any*/)
        ],
        "storageKey": null
      }
    ],
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "chatAcknowledgeMutation",
    "selections": [
      {
        "alias": null,
        "args": (v1/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "acknowledgeMessages",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "__typename",
            "storageKey": null
          },
          (v2/*:: as any*/),
          (v3/*:: as any*/)
        ],
        "storageKey": null
      }
    ]
  },
  "params": {
    "cacheID": "23496e1d8c08e907fbe03094a9c76ac8",
    "id": null,
    "metadata": {},
    "name": "chatAcknowledgeMutation",
    "operationKind": "mutation",
    "text": "mutation chatAcknowledgeMutation(\n  $input: AcknowledgeMessagesInput!\n) {\n  acknowledgeMessages(input: $input) {\n    __typename\n    ... on AcknowledgeMessagesSuccess {\n      mailbox {\n        id\n        pendingCount\n      }\n    }\n    ... on Error {\n      __isError: __typename\n      message\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "4cb19f9be1e9345f43a05a99ce62ed8e";

export default node;
