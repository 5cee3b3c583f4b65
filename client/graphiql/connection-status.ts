/** Says at the bottom of the page how the connection is; nothing while it is fine. */
export function showConnectionStatus(text: string): void {
  const status = document.getElementById('connection-status');
  if (status) status.textContent = text;
}
