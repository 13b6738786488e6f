import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { pack, unpack } from './fragment';

interface FragmentTexts {
  readonly texts: readonly string[];
  readonly change: (texts: readonly string[]) => void;
  /** The texts are too long for an address: a link to this page does not hold them. */
  readonly isTooLong: boolean;
}

/** Milliseconds without a key before the address is written: browsers refuse to have it changed for every letter. */
const patience = 300;

/** Texts that are kept in the part of the address behind #. */
export function useFragmentTexts(count: number): FragmentTexts {
  const hash = useRouterState({ select: (state) => state.location.hash });
  const navigate = useNavigate();
  const [texts, setTexts] = useState<readonly string[]>(() => new Array<string>(count).fill(''));
  const [isTooLong, setTooLong] = useState(false);
  const written = useRef('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    if (hash === written.current) {
      return undefined;
    }

    let isCurrent = true;
    void unpack(hash).then((found) => {
      if (isCurrent) {
        written.current = hash;
        setTooLong(false);
        setTexts(Array.from({ length: count }, (_, index) => found?.[index] ?? ''));
      }
    });
    return () => {
      isCurrent = false;
    };
  }, [hash, count]);

  useEffect(() => () => clearTimeout(timer.current), []);

  const change = useCallback(
    (next: readonly string[]) => {
      setTexts(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        void pack(next).then((packed) => {
          setTooLong(packed === null);
          written.current = packed ?? '';
          return navigate({
            to: '.',
            search: (known: object) => known,
            hash: packed ?? '',
            replace: true,
            resetScroll: false,
            hashScrollIntoView: false,
          });
        });
      }, patience);
    },
    [navigate],
  );

  return { texts, change, isTooLong };
}
