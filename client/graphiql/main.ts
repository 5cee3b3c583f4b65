/** Starts GraphiQL. This module runs before GraphiQL's own script, which expects what is set here. */
import { fetcher, rememberTab } from './fetcher.ts';
import { replaceStorage } from './storage.ts';
import { TOUR } from './tour.ts';

declare const YogaGraphiQL: {
  renderYogaGraphiQL(root: HTMLElement | null, options: Record<string, unknown>): void;
};

const worker = (label: string): string => new URL(`${label}.js`, import.meta.url).href;

replaceStorage();
Object.assign(window, {
  MonacoEnvironment: { getWorkerUrl: (_module: string, label: string) => worker(label) },
});
addEventListener('DOMContentLoaded', () => {
  const isLink = new URLSearchParams(location.search).has('query');
  YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
    title: 'Parley',
    fetcher,
    onTabChange: rememberTab,
    // A link to an operation shows that alone.
    ...(isLink ? {} : { defaultTabs: TOUR.map((query) => ({ query })) }),
    // By default GraphiQL writes what is typed into the page's address, passwords included, and
    // the browser would keep that in its history.
    onEditQuery() {},
  });
});
