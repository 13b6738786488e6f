const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** 12,345 */
export const formatCount = (count: number): string => plain.format(count);

/** 12.3K, where there is little room; the exact number belongs into a title. */
export const formatCompact = (value: number): string => compact.format(value);

/** A share of one: "0.4 %", "<0.1 %", "100 %"; what is not quite nothing or all is not written as such. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) {
    return '<0.1 %';
  }

  if (percent < 100 && percent > 99.9) {
    return '>99.9 %';
  }

  return `${Number(percent.toFixed(percent < 10 ? 1 : 0))} %`;
}

const sizes = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let index = 0;
  while (value >= 1024 && index < sizes.length - 1) {
    value /= 1024;
    index++;
  }

  return `${bytes < 0 ? '−' : ''}${Number(value.toPrecision(value >= 1000 ? 4 : 3))} ${sizes[index] ?? ''}`;
}
