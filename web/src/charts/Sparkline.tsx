/** A line of numbers in the space of a word. Times and bounds in the same unit. */
export function Sparkline({
  points,
  start,
  end,
  label,
}: {
  points: readonly (readonly [at: number, value: number])[];
  start: number;
  end: number;
  label: string;
}) {
  const [width, height] = [120, 22];
  const highest = points.reduce((most, [, value]) => Math.max(most, value), 0) || 1;
  const path = points
    .map(([at, value], index) => {
      const x = ((at - start) / Math.max(1, end - start)) * width;
      const y = height - 1 - (value / highest) * (height - 2);
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <path d={path} fill="none" stroke="var(--accent)" strokeWidth="1.3" />
    </svg>
  );
}
