/** The number below which this part of them lies, interpolated between the two nearest. */
function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const place = part * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);

/** The median, and the lower and upper quartiles. */
export const quartiles = (numbers: readonly number[]) => ({
  lower: quantile(numbers, 0.25),
  median: median(numbers),
  upper: quantile(numbers, 0.75),
});

/** Three digits of a number, or a dash where there is nothing to measure. */
export const formatted = (figure: number): string =>
  figure > 0 && Number.isFinite(figure)
    ? figure.toLocaleString('en', { maximumSignificantDigits: 3 })
    : '–';
