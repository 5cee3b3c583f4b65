/**
 * @generated SignedSource<<44522b2ef2bc42379e1fecbcf846edfd>>
 * @lightSyntaxTransform
 */

/* eslint-disable */

'use strict';

var node = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "input"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "input",
        "variableName": "input"
      }
    ],
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
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "relayAcknowledgeMutation",
    "selections": (v1/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "relayAcknowledgeMutation",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "f17658a2a317fa22007e36daf8815430",
    "id": null,
    "metadata": {},
    "name": "relayAcknowledgeMutation",
    "operationKind": "mutation",
    "text": "mutation relayAcknowledgeMutation(\n  $input: AcknowledgeMessagesInput!\n) {\n  acknowledgeMessages(input: $input) {\n    __typename\n  }\n}\n"
  }
};
})();

node.hash = "cfd2c1b9144727922116ef884031d72f";

export default node;
