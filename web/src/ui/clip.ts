/** A name as far as it is told apart by: some have thousands of letters. The whole belongs into a title. */
export const clip = (name: string, most = 120): string => (name.length > most ? `${name.slice(0, most - 1)}…` : name);
