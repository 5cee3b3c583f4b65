export * from './account.ts';
export * from './conversation.ts';
export * from './message.ts';
export * from './presence.ts';
export * from './receipt.ts';
export * from './server.ts';
export * from './session.ts';
