import { useEffect, useState } from 'react';
import { Button } from './controls';

/** Puts a text on the clipboard and says so for a moment. `of` names what is copied, for those who hear the button. */
export function CopyButton({ text, of, label = 'Copy' }: { text: string | (() => string); of: string; label?: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = said === '' ? undefined : setTimeout(() => setSaid(''), 2_000);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <Button
      aria-label={said || `${label} ${of}`}
      title={`${label} ${of}`}
      onClick={() => {
        void writeClipboard(typeof text === 'string' ? text : text()).then((done) => setSaid(done ? 'Copied' : 'Not allowed'));
      }}
    >
      {said || label}
    </Button>
  );
}

/** False where the browser does not allow it: pages that came over plain HTTP from another host have no clipboard, but may still copy a selection. */
async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text);
  }
}

function copySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('readonly', '');
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  // The only way without a secure context; browsers keep it for that.
  const done = (document as { execCommand?: (name: string) => boolean }).execCommand?.('copy') ?? false;
  area.remove();
  return done;
}
