import { expect, test } from 'vitest';
import { partsOf } from '../../../client/web/conversation/links.ts';
import { browserForThisFile } from '../../support/browser.ts';
import { newChat } from '../../support/chat.ts';

const visit = browserForThisFile();

/** Each of these calls `harm` if any part of it is taken for more than text. */
const PAYLOADS = [
  '<script>harm()</script>',
  '<img src=x onerror=harm()>',
  '<svg onload=harm()>',
  '<svg><script>harm()</script></svg>',
  '<iframe srcdoc="<script>parent.harm()</script>"></iframe>',
  '<iframe src="javascript:parent.harm()"></iframe>',
  '<body onload=harm()>',
  '<details open ontoggle=harm()>',
  '<input autofocus onfocus=harm()>',
  '<video><source onerror=harm()></video>',
  '<audio src=x onerror=harm()>',
  '<marquee onstart=harm()>',
  '<object data="javascript:harm()"></object>',
  '<embed src="javascript:harm()">',
  '<math><mi xlink:href="javascript:harm()">x</mi></math>',
  '<a href="javascript:harm()">click</a>',
  '<form action="javascript:harm()"><button>go</button></form>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=javascript:harm()">',
  '<link rel=stylesheet href="https://evil.example/x.css">',
  '<style>@import "https://evil.example/x.css";</style>',
  '<template><script>harm()</script></template>',
  '"><script>harm()</script>',
  "';harm();//",
  '</p></section><script>harm()</script>',
  'javascript:harm()',
  'https://example.org/"onmouseover="harm()',
  "https://example.org/'onclick='harm()",
  'data:text/html,<script>harm()</script>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that it looks like a template is the point.
  '{{constructor.constructor("harm()")()}} ${harm()} <%= harm() %>',
  'https://example.org/\u202eharm()//:sptth',
  '&lt;script&gt;harm()&lt;/script&gt;',
];

test('a message is shown exactly as sent, whatever it contains', async () => {
  const { chat, bob } = await newChat('bob');
  // Tall enough for all of them: only visible messages are in the document.
  const alice = await visit(chat.url, { as: 'alice', viewport: { width: 1280, height: 4_000 } });
  await alice.page.addInitScript('window.harmed = 0; window.harm = () => { window.harmed += 1; };');
  for (const text of PAYLOADS) expect(await bob.send('alice', text)).toMatchObject({ sent: true });
  await alice.page.reload();
  await alice.open('bob');
  await expect.poll(() => alice.page.locator('.linked-text').allTextContents()).toEqual(PAYLOADS);
  expect(await alice.page.evaluate('window.harmed')).toBe(0);
  const inMessages = alice.page.locator('.linked-text');
  expect(await inMessages.locator(':not(a)').count()).toBe(0);
  for (const href of await inMessages.locator('a').evaluateAll((links) => links.map(String))) {
    expect(href).toMatch(/^https:\/\/(evil\.example|example\.org)\//);
  }
});

test('an injected script does not run', async () => {
  const { chat } = await newChat();
  const { page, errors } = await visit(chat.url);
  const thrown = await page.evaluate(`
    (() => { try { document.body.innerHTML = '<img src=x>'; return 'nothing'; } catch (error) { return error.name; } })()
  `);
  expect(thrown).toBe('TypeError');
  await expect.poll(() => errors.splice(0)).toEqual([expect.stringContaining('TrustedHTML')]);
});

test.for<[text: string, ...parts: string[]]>([
  ['see https://example.org/a?b=1#c.', 'see ', '<https://example.org/a?b=1#c>', '.'],
  ['(https://example.org)', '(', '<https://example.org/>', ')'],
  ['https://en.wikipedia.org/wiki/Parley_(film)', '<https://en.wikipedia.org/wiki/Parley_(film)>'],
  [
    'https://en.wikipedia.org/wiki/Foo_(bar)_(baz)',
    '<https://en.wikipedia.org/wiki/Foo_(bar)_(baz)>',
  ],
  ['https://example.com/foo。次の文。', '<https://example.com/foo>', '。次の文。'],
  ['次はhttps://example.com/a」', '次は', '<https://example.com/a>', '」'],
  ['“https://example.com/a”', '“', '<https://example.com/a>', '”'],
  ["https://en.wikipedia.org/wiki/Rubik's_Cube", "<https://en.wikipedia.org/wiki/Rubik's_Cube>"],
  ['xhttps://example.com', 'xhttps://example.com'],
  ['HTTP://EXAMPLE.ORG', '<http://example.org/>'],
  ['javascript:alert(1) ftp://example.org', 'javascript:alert(1) ftp://example.org'],
  ['https:// and http://', 'https:// and http://'],
])('the addresses in %j become links', ([text, ...parts]) => {
  const found = partsOf(text);
  expect(found.map(({ text, href }) => (href === undefined ? text : `<${href}>`))).toEqual(parts);
  expect(found.map(({ text }) => text).join('')).toBe(text);
});
