import type { CSSProperties } from 'react';
import './Avatar.css';

/** The first letter of a username in a colour derived from it, with a dot while it is online. */
export function Avatar({ username, online }: { username: string; online: boolean }) {
  const hue = [...username].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 360, 7);
  const style: CSSProperties & { '--hue': number } = { '--hue': hue };
  return (
    <span className="avatar" aria-hidden="true" data-online={online} style={style}>
      {username.slice(0, 1)}
    </span>
  );
}
