// Relay over the socket.
import type { Sink } from 'graphql-ws';
import type { GraphQLResponse, MutationParameters, RequestParameters } from 'relay-runtime';
import { commitMutation, Environment, Network, Observable, type Variables } from 'relay-runtime';
import { openSocket } from '../socket.ts';

/** Connects with the authorization of a session, or without one to log in. */
export function connect(url: string, session?: { authorization: string }): Environment {
  const socket = openSocket(url, session);
  const execute = ({ text }: RequestParameters, variables: Variables) =>
    Observable.create<GraphQLResponse>((sink) =>
      socket.subscribe({ query: text ?? '', variables }, sink as Sink),
    );
  return new Environment({ network: Network.create(execute, execute) });
}

/** Runs a mutation. Resolves with its response. */
export const mutate = <Mutation extends MutationParameters & { variables: { input: object } }>(
  environment: Environment,
  mutation: Parameters<typeof commitMutation>[1]['mutation'],
  input: Mutation['variables']['input'],
) =>
  new Promise<Mutation['response']>((onCompleted, onError) => {
    const variables = { input };
    commitMutation<Mutation>(environment, { mutation, variables, onCompleted, onError });
  });
