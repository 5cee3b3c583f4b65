/** Reads /metrics of a server. The result looks numbers up by name, labels included. */
export async function metricsAt(url: string): Promise<(name: string) => number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const numbers = new Map(
    text.split('\n').map((line): [string, number] => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
  return (name) => numbers.get(name) ?? Number.NaN;
}
