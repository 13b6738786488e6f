import type { LogLine } from '../../api/query';

export interface FieldValue {
  readonly value: string;
  readonly count: number;
}

/** What the labels of lines hold. */
export interface Field {
  readonly name: string;
  /** Lines that have it. */
  readonly lines: number;
  readonly distinct: number;
  /** The most frequent ones. */
  readonly values: readonly FieldValue[];
}

const maxFields = 200;
const maxValues = 8;

/** Says nothing about what happened: it is different on every line, or only about the telemetry. */
const noise = /^(?:observed_timestamp|flags|telemetry_sdk_.*|process_runtime_.*|severity_number)$/;

/** The fields of lines: those that tell lines apart first, then those that every line shares, then those that are different everywhere. */
export function fieldsOf(lines: readonly LogLine[]): Field[] {
  const counts = new Map<string, Map<string, number>>();
  for (const line of lines) {
    for (const [name, value] of Object.entries(line.labels)) {
      let values = counts.get(name);
      if (!values) {
        if (counts.size >= maxFields || noise.test(name)) {
          continue;
        }

        values = new Map<string, number>();
        counts.set(name, values);
      }

      values.set(value, (values.get(value) ?? 0) + 1);
    }
  }

  const fields = [...counts].map(([name, values]): Field => {
    let all = 0;
    values.forEach((count) => (all += count));
    return {
      name,
      lines: all,
      distinct: values.size,
      values: [...values]
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
        .slice(0, maxValues),
    };
  });
  const rank = (field: Field): number => (field.distinct === 1 ? 1 : field.distinct > field.lines / 2 ? 2 : 0);
  return fields.sort((a, b) => rank(a) - rank(b) || b.lines - a.lines || (a.name < b.name ? -1 : 1));
}
