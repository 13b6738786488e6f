/** What the Content-Security-Policy wants to see on styles that are made at run time (see WebPage in the server). */
export const nonce: string = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';
