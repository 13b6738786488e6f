import { useSyncExternalStore } from 'react';
import { readTraces } from './readFile';
import { FileError, fileLimits, type FileTraces } from './spans';

/** A file that was opened on this page; it stays in the browser and is gone when the page is reloaded. */
export interface OpenedFile {
  readonly name: string;
  /** Counts files: the same name may be opened twice. */
  readonly number: number;
  readonly traces: FileTraces;
}

/** Files that are kept, the newest first: two of them can be compared, and one may be looked at in between. */
const kept = 4;

let opened: readonly OpenedFile[] = [];
let count = 0;
const listeners = new Set<() => void>();

/** The files that are open, the newest first. */
export function useOpenedFiles(): readonly OpenedFile[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => opened,
  );
}

/** The file of this name, or the newest one. */
export function useOpenedFile(name?: string): OpenedFile | null {
  const files = useOpenedFiles();
  return files.find((file) => file.name === name) ?? files[0] ?? null;
}

/** Reads a file, plain or packed by gzip; the promise fails with a FileError that says why it cannot be shown. */
export async function openFile(file: File): Promise<OpenedFile> {
  const traces = readTraces(await textOf(file));
  const known: OpenedFile = { name: file.name, number: ++count, traces };
  opened = [known, ...opened.filter((one) => one.name !== file.name)].slice(0, kept);
  listeners.forEach((listener) => listener());
  return known;
}

const tooLarge = `The file has more than ${fileLimits.bytes / 1024 / 1024} MiB, the most that a page can show. Send it to the server and search there, or cut it.`;

async function textOf(file: File): Promise<string> {
  if (file.size > fileLimits.bytes) {
    throw new FileError(tooLarge);
  }

  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isPacked = start[0] === 0x1f && start[1] === 0x8b;
  if (!isPacked) {
    return file.text();
  }

  // What comes out is counted as it comes: a small file may hold a large one.
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return parts.join('') + decoder.decode();
      }

      bytes += value.byteLength;
      if (bytes > fileLimits.bytes) {
        throw new FileError(tooLarge);
      }

      parts.push(decoder.decode(value, { stream: true }));
    }
  } catch (error) {
    if (error instanceof FileError) {
      await reader.cancel();
      throw error;
    }

    throw new FileError('The file begins as one packed by gzip does, but cannot be unpacked: it is cut off or damaged.');
  }
}
