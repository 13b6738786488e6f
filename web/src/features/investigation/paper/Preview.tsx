import { isValidElement, type ComponentProps, type ReactNode } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { readTimeline } from './diagram';
import styles from './paper.module.css';

const components: Components = {
  pre: Fence,
  // Documents quote what services wrote: nothing is loaded because of it.
  img: ({ alt, src }) => <code>{`![${alt ?? ''}](${typeof src === 'string' ? src : ''})`}</code>,
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  ),
  table: ({ children }) => (
    <div className={styles.table}>
      <table>{children}</table>
    </div>
  ),
  // An empty heading says nothing to those who listen.
  th: ({ children }) => (hasContent(children) ? <th>{children}</th> : <td />),
};

/** A document as it will be read. HTML in it stays text: nothing that a service wrote becomes part of the page. */
export default function Preview({ text }: { text: string }) {
  return (
    <Markdown remarkPlugins={[remarkGfm]} components={components}>
      {text}
    </Markdown>
  );
}

const hasContent = (children: ReactNode): boolean => children !== undefined && children !== null && children !== '';

/** A block of code; a timeline is drawn. */
function Fence({ children }: ComponentProps<'pre'>) {
  if (isValidElement<{ className?: string; children?: ReactNode }>(children) && children.props.className === 'language-mermaid') {
    const source = typeof children.props.children === 'string' ? children.props.children : '';
    const timeline = readTimeline(source);
    if (timeline) {
      return (
        <figure className={styles.diagram}>
          <figcaption>{timeline.title}</figcaption>
          <ol>
            {timeline.moments.map((moment, index) => (
              <li key={index}>
                <b>
                  {moment.at.replace(
                    /T(\d\d)(\d\d)(\d\d)?Z$/,
                    (_, h: string, m: string, s?: string) => ` ${h}:${m}${s === undefined ? '' : `:${s}`} UTC`,
                  )}
                </b>
                {moment.events.map((event, at) => (
                  <span key={at}>{event}</span>
                ))}
              </li>
            ))}
          </ol>
        </figure>
      );
    }

    return (
      <figure className={styles.diagram}>
        <pre>{source}</pre>
        <figcaption>A Mermaid diagram; it is drawn where the document is published.</figcaption>
      </figure>
    );
  }

  return <pre>{children}</pre>;
}
