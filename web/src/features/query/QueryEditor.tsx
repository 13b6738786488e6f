import {
  autocompletion,
  closeBrackets,
  completionKeymap,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, LanguageSupport, LRLanguage, syntaxHighlighting } from '@codemirror/language';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder as placeholderText } from '@codemirror/view';
import { parser as logql } from '@grafana/lezer-logql';
import { parser as traceql } from '@grafana/lezer-traceql';
import { styleTags, tags } from '@lezer/highlight';
import { parser as promql } from '@prometheus-io/lezer-promql';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef } from 'react';
import { completionQuery, type Language } from '../../api/query';
import { nonce } from '../../app/nonce';
import styles from './query.module.css';

const highlighting = styleTags({
  'LineComment BlockComment Comment': tags.comment,
  'String StringLiteral': tags.string,
  'Number NumberDurationLiteral Duration NumberLiteral Integer Float': tags.number,
  'Identifier LabelName': tags.propertyName,
  'By Without On Ignoring GroupLeft GroupRight Bool Offset And Or Unless Json Logfmt Unpack Unwrap Regexp Pattern': tags.keyword,
});

const colors = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--text-quiet)', fontStyle: 'italic' },
  { tag: tags.string, color: 'var(--good)' },
  { tag: tags.number, color: 'var(--warning)' },
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.keyword, fontWeight: 'bold' },
]);

const languages: Record<Language, LanguageSupport> = {
  logql: new LanguageSupport(LRLanguage.define({ parser: logql.configure({ props: [highlighting] }) })),
  traceql: new LanguageSupport(LRLanguage.define({ parser: traceql.configure({ props: [highlighting] }) })),
  promql: new LanguageSupport(LRLanguage.define({ parser: promql.configure({ props: [highlighting] }) })),
};

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--ground)', color: 'var(--text)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'var(--mono)', caretColor: 'var(--text)', padding: '0.35rem 0' },
  '.cm-placeholder': { color: 'var(--text-quiet)' },
  '.cm-tooltip': { backgroundColor: 'var(--ground-raised)', border: '1px solid var(--line)', color: 'var(--text)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--ground-selected)', color: 'var(--text)' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: 'var(--ground-selected) !important' },
});

interface Props {
  readonly language: Language;
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  /** The range that names and values are offered from, as parameters. */
  readonly range: Readonly<Record<string, string | undefined>>;
  readonly change: (text: string) => void;
  readonly run: () => void;
}

/** One query, with colours and completion from what is stored. Enter runs it, Shift+Enter begins a line. */
export function QueryEditor({ language, label, value, placeholder = '', range, change, run }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const client = useQueryClient();
  const onChange = useEffectEvent(change);
  const onRun = useEffectEvent(run);
  const complete = useEffectEvent((context: CompletionContext) => completions(client, language, range, context));
  const first = useEffectEvent(() => value);

  useEffect(() => {
    if (!place.current) {
      return;
    }

    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first(),
        extensions: [
          EditorView.cspNonce.of(nonce),
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.lineWrapping,
          history(),
          closeBrackets(),
          bracketMatching(),
          languages[language],
          syntaxHighlighting(colors),
          look,
          placeholderText(placeholder),
          autocompletion({ override: [(context) => complete(context)], icons: false }),
          Prec.high(
            keymap.of([
              ...completionKeymap,
              {
                key: 'Enter',
                run: () => {
                  onRun();
                  return true;
                },
              },
            ]),
          ),
          keymap.of([...historyKeymap, ...defaultKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              onChange(update.state.doc.toString());
            }
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [language, label, placeholder]);

  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
    }
  }, [value]);

  return <div ref={place} className={styles.editor} />;
}

async function completions(
  client: QueryClient,
  language: Language,
  range: Readonly<Record<string, string | undefined>>,
  context: CompletionContext,
): Promise<CompletionResult | null> {
  // Behind "name =" values are offered, elsewhere names, functions and keywords.
  const value = /([\w.:]+)\s*(?:=~|!~|!=|=)\s*("?[^"{}|,)]*)$/.exec(context.state.sliceDoc(Math.max(0, context.pos - 500), context.pos));
  if (value) {
    const [, key = '', typed = ''] = value;
    const { values } = await client.query(completionQuery(language, { ...range, key }));
    return { from: context.pos - typed.length, options: values.map((label) => ({ label, type: 'constant' })), validFor: /^"?[^"{}|,)]*$/ };
  }

  const word = context.matchBefore(/[\w.:]+/);
  if (!word && !context.explicit) {
    return null;
  }

  const all = await client.query(completionQuery(language, range));
  const options: Completion[] = [
    ...all.keys.flatMap((scope) => scope.names.map((label) => ({ label, type: 'property', detail: scope.scope, boost: 1 }))),
    ...all.functions.map((signature) => ({
      label: signature.split('(')[0] ?? signature,
      detail: signature.slice(signature.indexOf('(')),
      type: 'function',
    })),
    ...all.keywords.map((label) => ({ label, type: 'keyword' })),
  ];
  return { from: word?.from ?? context.pos, options, validFor: /^[\w.:]*$/ };
}
