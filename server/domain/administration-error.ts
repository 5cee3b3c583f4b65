/** An administrator's request cannot be carried out. The message is one sentence. */
export class AdministrationError extends Error {}
