import { describe, expect, it } from 'vitest';
import { waysTo } from './ways';

describe('ways to send', () => {
  const ways = waysTo('clew.example', 'https://clew.example');

  it('has one for every SDK, each with an address of this server', () => {
    expect(new Set(ways.map((way) => way.id)).size).toBe(ways.length);
    expect(ways.map((way) => way.id)).toEqual([
      'curl',
      'dotnet',
      'java',
      'node',
      'python',
      'go',
      'ruby',
      'php',
      'rust',
      'cpp',
      'collector',
      'files',
    ]);
    for (const way of ways) {
      expect(way.lines).toContain('clew.example');
    }
  });
});
