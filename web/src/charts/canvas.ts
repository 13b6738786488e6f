import { useEffect, useRef, type RefObject } from 'react';

/** A canvas to draw on, in its own pixels. */
export interface Drawing {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  /** Pixels of the canvas in one of the page. */
  readonly ratio: number;
  /** A colour as the theme has it now. */
  readonly color: (css: string) => string;
}

/** A colour in which the theme's variables have their values of now, for what cannot read variables; the element's place decides. */
export function colorOf(css: string, element: Element = document.documentElement): string {
  const style = getComputedStyle(element);
  return css.replace(/var\((--[\w-]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim());
}

/** Calls when the page changes between light and dark, whoever asked for it. Returns how to stop. */
export function onThemeChange(run: () => void): () => void {
  const observer = new MutationObserver(run);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

/** Draws on a canvas in the screen's own pixels: at first, when it has another size, in another theme, and when `draw` is another function. */
export function useCanvas(draw: (drawing: Drawing) => void): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) {
      return;
    }

    const paint = () => {
      const box = element.getBoundingClientRect();
      const ratio = window.devicePixelRatio;
      element.width = Math.max(1, Math.round(box.width * ratio));
      element.height = Math.max(1, Math.round(box.height * ratio));
      draw({ context, width: element.width, height: element.height, ratio, color: (css) => colorOf(css, element) });
    };
    paint();
    const sizes = new ResizeObserver(paint);
    sizes.observe(element);
    const stop = onThemeChange(paint);
    return () => {
      sizes.disconnect();
      stop();
    };
  }, [draw]);
  return canvas;
}
