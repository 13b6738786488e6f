import { useVirtualizer } from '@tanstack/react-virtual';
import { useId, useMemo, useRef, useState } from 'react';
import { CopyButton } from '../../../ui/CopyButton';
import { Button } from '../../../ui/controls';
import { formatCount } from '../../../units/number';
import styles from '../tools.module.css';
import type { JsonDocument } from './document';

/** Characters of a value that a row shows; the whole is below the tree when it is chosen. */
const shownLength = 300;

interface Props {
  readonly document: JsonDocument;
  readonly found: readonly number[];
  readonly startsOpen: boolean;
}

/** The rows in sight of a document's tree. Arrow keys move as in every tree; enter opens and closes. */
export function JsonTree({ document, found, startsOpen }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const name = useId();
  // Nodes that are not as they were at first.
  const [toggled, setToggled] = useState<ReadonlySet<number>>(new Set());
  const [chosen, setChosen] = useState(0);
  const isClosed = useMemo(() => (node: number) => (startsOpen || node === 0) === toggled.has(node), [startsOpen, toggled]);
  const rows = useMemo(() => document.visible(isClosed), [document, isClosed]);
  const marks = useMemo(() => new Set(found), [found]);
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => 22, overscan: 20 });
  const rowOf = (node: number) => rows.indexOf(node);

  const choose = (node: number, shownRows: Int32Array = rows) => {
    setChosen(node);
    const row = shownRows.indexOf(node);
    if (row >= 0) {
      virtual.scrollToIndex(row);
    }
  };
  const toggle = (node: number) => {
    const next = new Set(toggled);
    if (!next.delete(node)) {
      next.add(node);
    }

    setToggled(next);
  };
  /** Opens whatever hides the node. */
  const reveal = (node: number) => {
    const next = new Set(toggled);
    for (let at = document.parent(node); at >= 0; at = document.parent(at)) {
      if ((startsOpen || at === 0) === next.has(at)) {
        if (!next.delete(at)) {
          next.add(at);
        }
      }
    }

    setToggled(next);
    setChosen(node);
    // The rows are another list after this; their places are known by then.
    setTimeout(() =>
      virtual.scrollToIndex(document.visible((one) => (startsOpen || one === 0) === next.has(one)).indexOf(node), { align: 'center' }),
    );
  };
  const goTo = (direction: 1 | -1) => {
    const next =
      direction === 1 ? (found.find((node) => node > chosen) ?? found[0]) : (found.findLast((node) => node < chosen) ?? found.at(-1));
    if (next !== undefined) {
      reveal(next);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const row = rowOf(chosen);
    const container = document.isContainer(chosen);
    const moves: Record<string, () => void> = {
      ArrowDown: () => choose(rows[Math.min(rows.length - 1, row + 1)] ?? chosen),
      ArrowUp: () => choose(rows[Math.max(0, row - 1)] ?? chosen),
      Home: () => choose(0),
      End: () => choose(rows.at(-1) ?? 0),
      PageDown: () => choose(rows[Math.min(rows.length - 1, row + 20)] ?? chosen),
      PageUp: () => choose(rows[Math.max(0, row - 20)] ?? chosen),
      ArrowRight: () => (container && isClosed(chosen) ? toggle(chosen) : choose(rows[row + 1] ?? chosen)),
      ArrowLeft: () => (container && !isClosed(chosen) ? toggle(chosen) : choose(Math.max(0, document.parent(chosen)))),
      Enter: () => toggle(chosen),
      ']': () => goTo(1),
      '[': () => goTo(-1),
    };
    const move = event.ctrlKey || event.altKey || event.metaKey ? undefined : moves[event.key];
    if (move) {
      event.preventDefault();
      move();
    }
  };

  return (
    <>
      <div className={styles.bar}>
        <Button onClick={() => setToggled(startsOpen ? new Set() : allContainers(document))}>Open all</Button>
        <Button onClick={() => setToggled(startsOpen ? allContainers(document) : new Set())}>Close all</Button>
        {found.length > 0 && (
          <>
            <Button onClick={() => goTo(-1)}>Previous found ([)</Button>
            <Button onClick={() => goTo(1)}>Next found (])</Button>
          </>
        )}
      </div>
      <div
        ref={scroller}
        className={styles.tree}
        role="tree"
        aria-label="The document"
        tabIndex={0}
        aria-activedescendant={rowOf(chosen) >= 0 ? `${name}-${chosen}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div className={styles.inner} style={{ height: virtual.getTotalSize() }} role="presentation">
          {virtual.getVirtualItems().map((item) => {
            const node = rows[item.index] ?? 0;
            const container = document.isContainer(node);
            const key = document.key(node);
            return (
              // Keys are the tree's, which keeps the focus.
              // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
              <div
                key={node}
                id={`${name}-${node}`}
                className={styles.node}
                role="treeitem"
                aria-level={document.depth(node) + 1}
                aria-selected={node === chosen}
                aria-expanded={container ? !isClosed(node) : undefined}
                data-found={marks.has(node)}
                style={{ transform: `translateY(${item.start}px)`, paddingLeft: `${0.4 + Math.min(40, document.depth(node)) * 1.1}rem` }}
                onClick={() => {
                  setChosen(node);
                  if (container) {
                    toggle(node);
                  }
                }}
              >
                <span className={styles.twist} aria-hidden="true">
                  {container ? (isClosed(node) ? '▸' : '▾') : ''}
                </span>
                {(key !== null || document.parent(node) >= 0) && (
                  <span>
                    <span className={styles.key}>{key ?? document.place(node)}</span>:
                  </span>
                )}
                {container ? (
                  <span className="quiet">
                    {document.kind(node) === 'object' ? '{}' : '[]'} {formatCount(document.count(node))}
                  </span>
                ) : (
                  <span className={styles.scalar} data-kind={document.kind(node)}>
                    {document.text(node).slice(0, shownLength)}
                  </span>
                )}
              </div>
            );
          })}
        </div>
      </div>
      <div className={styles.path}>
        <code className={styles.value}>{document.path(chosen)}</code>
        <CopyButton text={document.path(chosen)} of="the path" label="Copy path" />
        <CopyButton text={() => document.value(chosen)} of="the value" label="Copy value" />
      </div>
      {!document.isContainer(chosen) && document.text(chosen).length > 80 && (
        <pre className={styles.value}>{document.value(chosen).slice(0, 100_000)}</pre>
      )}
    </>
  );
}

function allContainers(document: JsonDocument): Set<number> {
  const nodes = new Set<number>();
  for (let node = 1; node < document.size; node++) {
    if (document.isContainer(node)) {
      nodes.add(node);
    }
  }

  return nodes;
}
