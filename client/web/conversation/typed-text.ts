/** What some programs put between lines, such as a spreadsheet, a terminal or a word processor. */
const LINE_BREAKS = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;
/** Every other control character but tab and newline: the server refuses them. */
const CONTROLS = /(?![\t\n])\p{Cc}/gu;

/** Returns a typed or pasted text as it can be sent: one kind of line break, no controls. */
export const typedText = (text: string): string =>
  text.toWellFormed().replace(LINE_BREAKS, '\n').replace(CONTROLS, '');
