import { describe, expect, it } from 'vitest';
import { readTimeline } from './diagram';

describe('a Mermaid timeline', () => {
  it('is read as it is written', () =>
    expect(
      readTimeline(
        'timeline\n    title What broke\n    T2213Z : onset dns slow : alert gateway\n    T2214Z : change deploy 3.2.0\n          : change flag x',
      ),
    ).toEqual({
      title: 'What broke',
      moments: [
        { at: 'T2213Z', events: ['onset dns slow', 'alert gateway'] },
        { at: 'T2214Z', events: ['change deploy 3.2.0', 'change flag x'] },
      ],
    }));

  it.each(['flowchart LR\n a --> b', 'sequenceDiagram', ''])('is not found in %j', (source) => expect(readTimeline(source)).toBeNull());
});
