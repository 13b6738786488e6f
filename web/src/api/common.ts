import * as v from 'valibot';
import { parseMoment, type Moment, type Nanos } from '../units/time';

export const momentSchema = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Moment => {
    const at = parseMoment(dataset.value);
    if (at === null) {
      addIssue({ message: 'not a moment in RFC 3339' });
      return NEVER;
    }

    return at;
  }),
);

export const nanosSchema = v.pipe(
  v.number(),
  v.transform((value) => value as Nanos),
);

export const attributeSchema = v.object({ key: v.string(), type: v.string(), value: v.unknown() });
export type Attribute = v.InferOutput<typeof attributeSchema>;

/** An attribute's value for reading. */
export function attributeText(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}
