import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { openSessionStore } from './state/session.ts';
import { openStorage } from './state/storage.ts';
import { trackTabbing } from './ui/tabbing.ts';

trackTabbing();
const storage = openStorage();
const root = document.getElementById('app');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App storage={storage} sessions={openSessionStore(storage)} />
    </StrictMode>,
  );
}
