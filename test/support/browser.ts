import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sparticuz from '@sparticuz/chromium';
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { Login } from '../../client/core/documents/session.ts';
import { chatServerAt, PASSWORD } from './chat.ts';

/** Where pictures of the page are put, to be looked at. */
const SCREENSHOTS = fileURLToPath(new URL('../client/web/screenshots/', import.meta.url));

const INSTALLED = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** A real Chromium: one that is installed, or else the one that npm brings. */
async function launch(): Promise<Browser> {
  const installed =
    process.env.CHROMIUM === 'npm' ? undefined : INSTALLED.find((path) => path && existsSync(path));
  if (installed !== undefined) return chromium.launch({ executablePath: installed, args: QUIET });
  // Not with all the arguments that it recommends: in a single process, the first context to close
  // ends the browser.
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args: QUIET });
}

/** What a browser says by itself when a server is away. */
const CONNECTION_LOST = /ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket connection to/;

/** Somebody in front of the page, in a browser of their own. */
export interface Visitor {
  readonly page: Page;
  /** What the browser has found wrong; a test that leaves any behind fails. */
  readonly errors: string[];
  /** Fills in the form that is open, and sends it off. */
  submit(fields: Record<string, string>, button: string): Promise<void>;
  create(username: string): Promise<void>;
  login(username: string, password?: string): Promise<void>;
  /** Opens the conversation with somebody in the list. */
  open(username: string): Promise<void>;
  readonly composer: Locator;
  write(text: string): Promise<void>;
  /** The bubbles that are in the document. */
  readonly messages: Locator;
  /** A message of this text, and how far it has got: sending, failed, stored, delivered, read. */
  message(text: string, stage?: string): Locator;
  /** The entry of somebody in the list. */
  person(username: string): Locator;
  /**
   * Hides the tab, or shows it again. A browser without a head shows every tab, so this one is made
   * to say so.
   */
  hide(hidden?: boolean): Promise<void>;
  screenshot(name: string): Promise<void>;
  leave(): Promise<void>;
}

interface VisitOptions extends BrowserContextOptions {
  /** Somebody who has just created an account with this name, and logged in. */
  readonly as?: string;
}

/** What a browser keeps of a login. */
async function loggedIn(
  url: string,
  username: string,
): Promise<BrowserContextOptions['storageState']> {
  const { create, anonymous } = chatServerAt(url);
  await create(username);
  const { login } = await anonymous.ask(Login, { input: { username, password: PASSWORD } });
  if (login.__typename !== 'LoginSuccess') throw new Error(login.error);
  const session = JSON.stringify({ ...login.account, token: login.token });
  return {
    cookies: [],
    origins: [{ origin: url, localStorage: [{ name: 'parley:session', value: session }] }],
  };
}

/** One browser for the tests of a file; each visitor has a context of their own. */
export function browserForThisFile() {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  return async function visit(
    url: string,
    { as, ...options }: VisitOptions = {},
  ): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      ...(as !== undefined && { storageState: await loggedIn(url, as) }),
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const errors: string[] = [];
    page.on('console', (message) => {
      const text = `${message.text()} ${message.location().url}`;
      if (['error', 'warning'].includes(message.type()) && !CONNECTION_LOST.test(text))
        errors.push(text);
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    onTestFinished(async () => {
      await context.close();
      expect(errors).toEqual([]);
    });
    await page.goto(url);
    return visitorOn(page, errors);
  };
}

/** Somebody in front of a page that is open. */
export function visitorOn(page: Page, errors: string[] = []): Visitor {
  const composer = page.getByRole('textbox', { name: /^Message to/ });
  const visitor: Visitor = {
    page,
    errors,
    composer,
    async submit(fields, button) {
      for (const [label, value] of Object.entries(fields))
        await page.getByLabel(label, { exact: true }).fill(value);
      await page.locator('form').getByRole('button', { name: button }).click();
    },
    async create(username) {
      await page
        .getByRole('navigation', { name: 'Ways in' })
        .getByRole('button', { name: 'Create account' })
        .click();
      await visitor.submit({ Username: username, Password: PASSWORD }, 'Create account');
      await page.getByLabel('Search people').waitFor();
    },
    async login(username, password = PASSWORD) {
      await visitor.submit({ Username: username, Password: password }, 'Log in');
    },
    async open(username) {
      await visitor.person(username).click();
      await composer.waitFor();
    },
    async write(text) {
      await composer.fill(text);
      await composer.press('Enter');
    },
    messages: page.locator('.message'),
    message: (text, stage) =>
      page
        .locator(stage === undefined ? '.message' : `.message[data-stage="${stage}"]`)
        .filter({ hasText: text }),
    person: (username) =>
      page
        .getByRole('navigation', { name: 'People' })
        .getByRole('button', { name: new RegExp(`^${username}\\b`) }),
    hide: (hidden = true) =>
      page.evaluate(`
        Object.defineProperty(document, 'visibilityState', { configurable: true, value: '${hidden ? 'hidden' : 'visible'}' });
        document.dispatchEvent(new Event('visibilitychange'));
      `),
    async screenshot(name) {
      await mkdir(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, animations: 'disabled' });
    },
    leave: () => page.context().close(),
  };
  return visitor;
}
