import { describe, expect, it } from 'vitest';
import { childOperationId, isOperationId, keyedOperationId } from '../../shared/operations/ids.ts';
import { idOf, START } from '../contract/records.ts';

const parent = { id: idOf('parent'), created_at: START };

describe('the id of a child', () => {
  it('is an operation’s, the same each time, of one parent’s one life and one name', () => {
    const id = childOperationId(parent, 'proofread');
    expect(isOperationId(id)).toBe(true);
    expect(childOperationId({ ...parent }, 'proofread')).toBe(id);
    const others = [
      childOperationId(parent, 'essay-critique'),
      childOperationId({ ...parent, id: idOf('other') }, 'proofread'),
      childOperationId({ ...parent, created_at: START + 1 }, 'proofread'),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });

  it('is no key’s, whatever tenant and key a client may have', () => {
    const parts = ['', parent.id, String(START), 'proofread'];
    const id = childOperationId(parent, 'proofread');
    for (const endpoint of ['proofread', 'essay-critique', 'onboarding-certify']) {
      for (let cut = 0; cut <= parts.length; cut += 1) {
        const key = parts.slice(0, cut).join('\u001f');
        const tenant_id = parts.slice(cut).join('\u001f');
        expect(keyedOperationId({ endpoint, key, tenant_id })).not.toBe(id);
      }
    }
  });
});
