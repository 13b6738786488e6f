import type { Attribute } from '../../../api/common';
import { moment, type Moment } from '../../../units/time';

/** Small looks at JSON of unknown making: each answers a value of the type asked for, or an empty one. */
export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
export const objectOf = (value: unknown): Json => (isObject(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

const hexId = /^[0-9a-f]+$/i;

/** An id in lower-case hex of that many digits; null when it is none, or all zero. Base64, as protobuf's JSON has it, is read too. */
export function idOf(value: unknown, digits: 16 | 32): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  let hex = text;
  if (text.length > digits || !hexId.test(text)) {
    hex = hexOfBase64(text) ?? '';
    if (hex.length !== digits) {
      return null;
    }
  }

  return hex === '' || /^0+$/.test(hex) ? null : hex.toLowerCase().padStart(digits, '0');
}

function hexOfBase64(text: string): string | null {
  if (!/^[A-Za-z0-9+/_-]{10,24}={0,2}$/.test(text)) {
    return null;
  }

  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  } catch {
    return null;
  }
}

const latest = 1n << 63n;

/** A whole number of some unit since 1970, as a string or a number, in nanoseconds; null when it is none or does not fit 64 bits. */
export function momentOf(value: unknown, unit: bigint): Moment | null {
  let whole: bigint;
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) {
    whole = BigInt(value);
  } else if (typeof value === 'number' && Number.isFinite(value) && value >= 0) {
    whole = BigInt(Math.round(value));
  } else {
    return null;
  }

  const at = whole * unit;
  return at < latest ? moment(at) : null;
}

/** An attribute with the type that JSON gives its value. */
export function attributeOf(key: string, value: unknown): Attribute {
  const type =
    typeof value === 'number'
      ? Number.isInteger(value)
        ? 'int'
        : 'double'
      : typeof value === 'boolean'
        ? 'bool'
        : Array.isArray(value)
          ? 'array'
          : isObject(value)
            ? 'map'
            : value === null || value === undefined
              ? 'empty'
              : 'string';
  return { key, type, value };
}

export const textAttribute = (attributes: readonly Attribute[], key: string): string => {
  const found = attributes.find((attribute) => attribute.key === key);
  return found === undefined ? '' : textOf(found.value);
};

const kindNames = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

/** OTLP's number of a kind, from the number, `SPAN_KIND_SERVER`, `SERVER` or `server`; 0 when it is something else. */
export function kindOf(value: unknown): number {
  if (typeof value === 'number') {
    return Number.isInteger(value) && value >= 0 && value <= 5 ? value : 0;
  }

  return Math.max(0, kindNames.indexOf(textOf(value).toLowerCase().replace('span_kind_', '')));
}

const statusNames = ['unset', 'ok', 'error'];

/** OTLP's number of a status code, from the number, `STATUS_CODE_ERROR` or `error`. */
export function statusOf(value: unknown): number {
  if (typeof value === 'number') {
    return value === 1 || value === 2 ? value : 0;
  }

  return Math.max(0, statusNames.indexOf(textOf(value).toLowerCase().replace('status_code_', '')));
}
