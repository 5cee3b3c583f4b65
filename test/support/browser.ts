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

/** The folder of the screenshots, for people to look at. */
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

/** Starts a real Chromium: an installed one, or else the one from npm. */
async function launch(): Promise<Browser> {
  const installed =
    process.env.CHROMIUM === 'npm' ? undefined : INSTALLED.find((path) => path && existsSync(path));
  if (installed !== undefined) return chromium.launch({ executablePath: installed, args: QUIET });
  // Without the arguments that it recommends: they include --single-process, with which the first
  // context to close ends the browser.
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args: QUIET });
}

/** Console messages of the browser itself while the server is down. */
const CONNECTION_LOST = /ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket connection to/;

/** A person at the page, with a separate browser context. */
export interface Visitor {
  readonly page: Page;
  /** The errors and warnings in the console. A test fails if any are left at its end. */
  readonly errors: string[];
  /** Fills in the open form and submits it. */
  submit(fields: Record<string, string>, button: string): Promise<void>;
  create(username: string): Promise<void>;
  login(username: string, password?: string): Promise<void>;
  /** Opens a conversation from the list. */
  open(username: string): Promise<void>;
  readonly composer: Locator;
  write(text: string): Promise<void>;
  /** The messages that are in the document. */
  readonly messages: Locator;
  /** A message with this text, at a stage: sending, failed, stored, delivered or read. */
  message(text: string, stage?: string): Locator;
  /** Resolves once the list of messages has opened, and rests: while it scrolls, it takes no clicks. */
  settled(): Promise<void>;
  /** A person in the list. */
  person(username: string): Locator;
  /**
   * Hides the tab, or shows it again. In a headless browser every tab is visible, so the page's
   * visibility is overridden.
   */
  hide(hidden?: boolean): Promise<void>;
  screenshot(name: string): Promise<void>;
  leave(): Promise<void>;
}

interface VisitOptions extends BrowserContextOptions {
  /** Creates an account with this name, and logs the visitor in to it. */
  readonly as?: string;
}

/** Returns the browser storage after a login. */
async function loggedIn(
  url: string,
  username: string,
): Promise<BrowserContextOptions['storageState']> {
  const { create, anonymous } = chatServerAt(url);
  await create(username);
  const { login } = await anonymous.ask(Login, { input: { username, password: PASSWORD } });
  if (login.__typename !== 'LoginSuccess') throw new Error(login.message);
  const session = JSON.stringify({ ...login.account, token: login.token });
  return {
    cookies: [],
    origins: [{ origin: url, localStorage: [{ name: 'parley:session', value: session }] }],
  };
}

/** Starts one browser for the tests of a file. Each visitor gets a separate context. */
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
      // Each day has 24 hours.
      timezoneId: 'UTC',
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

/** Wraps an open page. */
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
        .getByRole('navigation', { name: 'Log in or sign up' })
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
      // The one of the conversation before is there until the next is drawn.
      await page.getByRole('textbox', { name: `Message to ${username}`, exact: true }).waitFor();
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
    settled: () =>
      page
        .locator('.timeline-scroll[aria-busy="false"] > ol:not([style*="pointer-events"])')
        .waitFor({ state: 'attached' }),
    person: (username) =>
      page
        .getByRole('navigation', { name: 'People' })
        .getByRole('link', { name: new RegExp(`^${username}\\b`) }),
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
