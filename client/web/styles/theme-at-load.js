// Runs before the first paint, so that a chosen theme does not follow a flash of the other one.
try {
  const folder = new URL('.', location.href).pathname.slice(0, -1);
  const theme = localStorage.getItem(`parley${folder}:theme`);
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Without storage, no theme has been chosen.
}
