import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { queryQuery } from '../../api/query';
import { EmptyRange } from '../../app/EmptyRange';
import { useShortcuts, type Shortcut } from '../../app/shortcuts';
import { Button, Failure, Field, Notice, Select, TextInput } from '../../ui/controls';
import { formatCount } from '../../units/number';
import type { Range } from '../../url/range';
import { Connections } from './Connections';
import { essential, focused, found, grouped, isTelling, prefixOf, type MapNode } from './graph';
import styles from './map.module.css';
import { MapPanel } from './MapPanel';
import { MapView } from './MapView';
import { groupings, stretchOf, useServiceGraph } from './useServiceGraph';

/** Graphs with more nodes are shown by groups, unless one asks for another thing. */
const ungrouped = 100;
/** Nodes of a large graph that are shown where groups say nothing. */
const essentials = 60;

/** What the map shows, all of it in the address. */
export interface MapState {
  readonly group?: string | undefined;
  readonly open?: string[] | undefined;
  readonly focus?: string | undefined;
  readonly hops?: number | undefined;
  readonly node?: string | undefined;
  readonly q?: string | undefined;
}

interface Props {
  readonly state: MapState;
  readonly range: Range;
  readonly isTable: boolean;
  readonly change: (part: MapState) => void;
}

/** The map of services, with its search, its groups, its focus, and the table that says the same. */
export function ServiceMap({ state, range, isTable, change }: Props) {
  const [asked, setAsked] = useState(() => ({ range, stretch: stretchOf(range) }));
  const isSame = asked.range.since === range.since && asked.range.start === range.start && asked.range.end === range.end;
  if (!isSame) {
    setAsked({ range, stretch: stretchOf(range) });
  }

  const { stretch } = asked;
  const { graph: all, isPending, error, retry } = useServiceGraph(stretch);
  const isLarge = all.nodes.length > ungrouped;
  const isChosen = state.group !== undefined;
  const grouping = state.group ?? (isLarge && state.focus === undefined ? 'service.namespace' : 'none');
  const groups = useGroups(grouping, stretch.parameters);
  const open = useMemo(() => new Set(state.open ?? []), [state.open]);
  const graph = useMemo(() => {
    const focus = state.focus === undefined ? undefined : all.nodes.find((node) => node.name === state.focus)?.id;
    if (focus !== undefined) {
      return focused(all, focus, state.hops ?? 1);
    }

    if (grouping === 'none') {
      return all;
    }

    const byGroup = grouping === 'essential' ? null : grouped(all, (node) => groups(node.name), open);
    return byGroup && (isChosen || isTelling(byGroup, all.nodes.length, ungrouped)) ? byGroup : essential(all, essentials);
  }, [all, state.focus, state.hops, grouping, isChosen, groups, open]);
  const isCut = grouping !== 'none' && graph.nodes.length < all.nodes.length && graph.nodes.every((node) => node.kind !== 'group');
  const matching = useMemo(() => found(graph, state.q ?? ''), [graph, state.q]);
  const select = (id: string | undefined) => change({ node: id });
  const enter = (node: MapNode) =>
    node.kind === 'group'
      ? change({ open: [...open, node.name], group: grouping, node: undefined })
      : change({ focus: node.name, hops: undefined, node: node.id });
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      {
        keys: 'Escape',
        label: 'Close what is chosen, then leave the focus',
        run: () => change(state.node === undefined ? { focus: undefined, hops: undefined } : { node: undefined }),
      },
      {
        keys: 'f',
        label: 'Focus on the chosen service',
        run: () => {
          const node = graph.nodes.find((one) => one.id === state.node);
          if (node && node.kind !== 'group') {
            change({ focus: node.name, hops: undefined });
          }
        },
      },
    ],
    [change, state.node, graph],
  );
  useShortcuts(shortcuts);

  return (
    <>
      <div className={styles.bar}>
        <Field label="Find on the map">
          {(id) => (
            <TextInput
              id={id}
              type="search"
              placeholder="Part of a name"
              value={state.q ?? ''}
              onChange={(event) => change({ q: event.target.value || undefined })}
              onKeyDown={(event) => {
                const [first] = matching ?? [];
                if (event.key === 'Enter' && first !== undefined) {
                  select(first);
                }
              }}
            />
          )}
        </Field>
        <Field label="Group by">
          {(id) => (
            <Select
              id={id}
              value={isCut && state.focus === undefined ? 'essential' : grouping}
              onChange={(event) => change({ group: event.target.value, open: undefined, node: undefined, focus: undefined })}
            >
              <option value="none">nothing</option>
              {isLarge && <option value="essential">nothing, only what matters most</option>}
              {groupings.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
              <option value="prefix">first part of the name</option>
            </Select>
          )}
        </Field>
        {state.focus !== undefined && (
          <>
            <Field label="Calls away">
              {(id) => (
                <Select id={id} value={String(state.hops ?? 1)} onChange={(event) => change({ hops: Number(event.target.value) })}>
                  {[1, 2, 3, 4].map((hops) => (
                    <option key={hops}>{hops}</option>
                  ))}
                </Select>
              )}
            </Field>
            <Button onClick={() => change({ focus: undefined, hops: undefined })} title="esc">
              Leave {state.focus}
            </Button>
          </>
        )}
        {open.size > 0 && (
          <Button onClick={() => change({ open: undefined, node: undefined })}>
            Close {open.size === 1 ? 'the group' : `${open.size} groups`}
          </Button>
        )}
        <Button onClick={() => setAsked({ range, stretch: stretchOf(range) })}>Ask again</Button>
        <span className="quiet" role="status">
          {formatCount(graph.nodes.length)} {graph.nodes.length === all.nodes.length ? '' : `of ${formatCount(all.nodes.length)} `}
          nodes, {formatCount(graph.edges.length)} connections{matching && `, ${formatCount(matching.size)} found`}
        </span>
      </div>
      {error && <Failure error={error} retry={retry} />}
      {!isPending && !error && all.nodes.length === 0 && <EmptyRange title="No service sent anything in this stretch of time." />}
      {!isPending && state.focus !== undefined && !all.nodes.some((node) => node.name === state.focus) && (
        <Notice tone="warning">{state.focus} is not on the map in this stretch of time; the whole map is shown.</Notice>
      )}
      {isCut && state.focus === undefined && (
        <Notice>
          <span>
            {formatCount(graph.nodes.length)} of {formatCount(all.nodes.length)} are shown: those that fail, who talks to them, and the
            busiest. <Button onClick={() => change({ group: 'none', open: undefined, node: undefined })}>Show all</Button>
          </span>
        </Notice>
      )}
      {graph.nodes.length > 0 &&
        (isTable ? (
          <div className={styles.body} data-panel={state.node !== undefined}>
            <div>
              <Connections graph={graph} seconds={stretch.seconds} select={select} />
            </div>
            {state.node !== undefined && (
              <MapPanel graph={graph} id={state.node} range={range} stretch={stretch} select={select} enter={enter} />
            )}
          </div>
        ) : (
          <div className={styles.body} data-panel={state.node !== undefined}>
            <MapView graph={graph} seconds={stretch.seconds} matching={matching} selected={state.node} select={select} enter={enter} />
            {state.node !== undefined && (
              <MapPanel graph={graph} id={state.node} range={range} stretch={stretch} select={select} enter={enter} />
            )}
          </div>
        ))}
      {isPending && <p className="quiet">Reading who calls whom …</p>}
    </>
  );
}

/** The group of a service by an attribute of its resource; the most frequent value counts. */
function useGroups(grouping: string, parameters: { readonly start: string; readonly end: string }): (service: string) => string | null {
  const isAttribute = (groupings as readonly string[]).includes(grouping);
  const answer = useQuery({
    ...queryQuery('traceql', `{ } | count_over_time() by (resource.service.name, resource.${grouping})`, parameters),
    enabled: isAttribute,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  return useMemo(() => {
    if (!isAttribute) {
      return prefixOf;
    }

    const best = new Map<string, { group: string; count: number }>();
    for (const { labels, points } of answer.data?.series ?? []) {
      const [service = '', group = '', count = 0] = [labels['resource.service.name'], labels[`resource.${grouping}`], points.at(-1)?.[1]];
      if (group !== '' && count > (best.get(service)?.count ?? 0)) {
        best.set(service, { group, count });
      }
    }

    // Where nobody says it, the names have to.
    return best.size === 0 ? prefixOf : (service: string) => best.get(service)?.group ?? null;
  }, [isAttribute, grouping, answer.data]);
}
