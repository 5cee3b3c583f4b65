import type { CSSProperties } from 'react';
import './Avatar.css';

/** The first letter of a name in a colour of its own, with a dot for one who is there. */
export function Avatar({ username, online }: { username: string; online: boolean }) {
  const hue = [...username].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 360, 7);
  return (
    <span
      className="avatar"
      aria-hidden="true"
      data-online={online}
      style={{ '--hue': hue } as CSSProperties}
    >
      {username.slice(0, 1)}
    </span>
  );
}
