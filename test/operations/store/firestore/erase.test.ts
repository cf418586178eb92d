import { describe, expect, it } from 'vitest';
import { failed, idOf, queued } from '../../../contract/records.ts';
import { hasty, once, other, overEachTransport, proxy, rpcs, seed, store } from './through-proxy.ts';

overEachTransport(() => {
  describe('erasing', () => {
    it('is one RPC', async () => {
      const version = await seed(failed('a'));
      expect(await store.erase(idOf('a'), version)).toBe(true);
      expect(rpcs()).toEqual(['Commit']);
    });

    it('whose answer is lost has been carried out', async () => {
      const version = await seed(failed('a'));
      once('Commit', { kind: 'lose-answer' });
      expect(await store.erase(idOf('a'), version)).toBe(true);
      expect(await other.read(idOf('a'))).toBeUndefined();
      expect(rpcs()).toEqual(['Commit', 'BatchGetDocuments']);
    });

    it('whose answer is lost takes nothing from one who has taken the id meanwhile', async () => {
      const version = await seed(failed('a'));
      once('Commit', { kind: 'lose-answer', meanwhile: () => other.create(queued('a')) });
      expect(await store.erase(idOf('a'), version)).toBe(false);
      expect((await other.read(idOf('a')))?.operation).toEqual(queued('a'));
    });

    it('that failed is made again, and that fails for good is an outage', async () => {
      const version = await seed(failed('a'));
      once('Commit', { kind: 'status', code: 14 });
      expect(await store.erase(idOf('a'), version)).toBe(true);
      const again = await seed(failed('a'));
      proxy.fault = () => ({ kind: 'status', code: 14 });
      await expect(hasty.erase(idOf('a'), again)).rejects.toMatchObject({ name: 'StoreUnavailable' });
      proxy.fault = () => undefined;
      expect(await store.erase(idOf('a'), again)).toBe(true);
    });
  });
});
