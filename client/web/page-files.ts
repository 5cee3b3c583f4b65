import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { HtmlTagDescriptor, Plugin } from 'vite';

const DESCRIPTION = 'One-to-one chat that loses no message.';

interface PageFile {
  readonly fileName: string;
  readonly source: string | Uint8Array;
}

/** Names a file by its content, as Vite names its own. */
function pageFile(name: string, source: string | Uint8Array): PageFile {
  const version = hash('sha256', source, 'base64url').slice(0, 8);
  const extension = extname(name);
  const fileName = `assets/${name.slice(0, -extension.length)}-${version}${extension}`;
  return { fileName, source };
}

const read = (folder: string, name: string): PageFile =>
  pageFile(name, readFileSync(new URL(`${folder}/${name}`, import.meta.url)));

/** What makes the page an app that can be installed. */
function manifest(icon192: PageFile, icon512: PageFile, maskable: PageFile): PageFile {
  const icon = ({ fileName }: PageFile, sizes: string, purpose: string) => ({
    // Addresses in a manifest are relative to the manifest, which is beside the icons.
    src: basename(fileName),
    sizes,
    type: 'image/png',
    purpose,
  });
  const content = {
    name: 'Parley',
    description: DESCRIPTION,
    // The folder of the page, which is also the app's id.
    start_url: '../',
    scope: '../',
    display: 'standalone',
    background_color: '#f3f4f7',
    theme_color: '#4353d6',
    icons: [
      icon(icon192, '192x192', 'any'),
      icon(icon512, '512x512', 'any'),
      icon(maskable, '512x512', 'maskable'),
    ],
  };
  return pageFile('parley.webmanifest', JSON.stringify(content));
}

/** Adds to the page what Vite does not bundle: the first script, the manifest and its icons. */
export function pageFiles(): Plugin {
  const theme = read('styles', 'theme-at-load.js');
  const [icon192, icon512, maskable, apple] = [
    read('ui/icons', 'icon-192.png'),
    read('ui/icons', 'icon-512.png'),
    read('ui/icons', 'icon-maskable-512.png'),
    read('ui/icons', 'icon-apple-180.png'),
  ];
  const app = manifest(icon192, icon512, maskable);
  const link = (rel: string, { fileName }: PageFile): HtmlTagDescriptor => ({
    tag: 'link',
    attrs: { rel, href: `./${fileName}` },
    injectTo: 'head',
  });
  return {
    name: 'page-files',
    generateBundle() {
      for (const file of [theme, icon192, icon512, maskable, apple, app])
        this.emitFile({ type: 'asset', ...file });
    },
    transformIndexHtml: () => [
      { tag: 'script', attrs: { src: `./${theme.fileName}` }, injectTo: 'head' },
      link('manifest', app),
      link('apple-touch-icon', apple),
    ],
  };
}
