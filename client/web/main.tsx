import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { openSessionStore } from './state/session.ts';

const root = document.getElementById('app');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App sessions={openSessionStore(localStorage)} />
    </StrictMode>,
  );
}
