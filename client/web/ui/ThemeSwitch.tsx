import { useEffect, useId, useState } from 'react';
import { ownName } from '../state/home.ts';
import type { SafeStorage } from '../state/storage.ts';
import './ThemeSwitch.css';

const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

/** styles/theme-at-load.js reads it too. */
const KEY = ownName('theme');
const SCHEMES = ['light', 'dark'] as const;

/** Chooses the theme of the page in every tab of this browser. */
export function ThemeSwitch({ storage }: { storage: SafeStorage }) {
  const [theme, setTheme] = useTheme(storage);
  const name = useId();
  return (
    <fieldset className="theme-switch">
      <legend>Theme</legend>
      {THEMES.map((each) => (
        <label key={each}>
          <input
            type="radio"
            name={name}
            checked={each === theme}
            onChange={() => setTheme(each)}
          />
          <span>{each}</span>
        </label>
      ))}
    </fieldset>
  );
}

function useTheme(storage: SafeStorage): [theme: Theme, setTheme: (theme: Theme) => void] {
  const read = () => THEMES.find((each) => each === storage.get(KEY)) ?? 'system';
  const [theme, setTheme] = useState(read);
  useEffect(() => {
    const onStorage = () => setTheme(read());
    window.addEventListener('storage', onStorage);
    return () => window.removeEventListener('storage', onStorage);
  });
  useEffect(() => apply(theme), [theme]);
  return [
    theme,
    (chosen) => {
      if (chosen === 'system') storage.remove(KEY);
      else storage.set(KEY, chosen);
      setTheme(chosen);
    },
  ];
}

/** Sets the colours of the page, and of what browsers show around it. */
function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const scheme of SCHEMES) {
    const chosen = theme === scheme ? 'all' : 'not all';
    const media = theme === 'system' ? `(prefers-color-scheme: ${scheme})` : chosen;
    document.getElementById(`theme-color-${scheme}`)?.setAttribute('media', media);
  }
}
