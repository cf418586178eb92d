import { describe, expect, it } from 'vitest';
import {
  childOperationId,
  fingerprint,
  isOperationId,
  keyedOperationId,
  newOperationId,
  placeOf,
  timeOf,
} from '../../../shared/operations/record/ids.ts';
import { idOf, START } from '../../contract/records.ts';

describe('what is derived stays the same from one deployment to the next', () => {
  // Other values would make new operations of the keys that clients repeat, and bodies that differ of the same.
  it.each([
    [
      { tenant_id: 'school-1', endpoint: 'proofread', key: 'order-1042' },
      'd6dbf9eb-18ea-8ee9-ae35-86f426c3e2e8',
    ],
    [
      { tenant_id: 'school-1', endpoint: 'essay-critique', key: 'order-1042' },
      '9bceefa6-7688-8b87-8b6f-0954621f0d23',
    ],
    [{ tenant_id: 'a', endpoint: 'proofread', key: 'b' }, '8f02185b-6d0d-891a-9660-d64f00531981'],
    [{ tenant_id: 'b', endpoint: 'proofread', key: 'a' }, 'd2162420-a571-89d8-8ffc-61b45d683eee'],
  ])('the id of the key %j', (scope, id) => expect(keyedOperationId(scope)).toBe(id));

  it('the id of a child', () => {
    const known = { id: '0198c8a0-0000-8000-a000-000000000001', created_at: START };
    expect(childOperationId(known, 'proofread')).toBe('92658923-3734-8e38-9391-d68593fee313');
  });

  it('the fingerprint of a body, in whatever order its fields come', () => {
    const known = '3b74ee3f63f736b0b607885c89070e2a78975aebe3b823a40590d0a515004b83';
    expect(fingerprint({ text: 'அவன்', language: 'ta' })).toBe(known);
    expect(fingerprint({ language: 'ta', text: 'அவன்' })).toBe(known);
  });
});

const parent = { id: idOf('parent'), created_at: START };

describe('a new id', () => {
  it('is an operation’s, has the time behind one random digit, and no other is the same', () => {
    const ids = Array.from({ length: 20_000 }, () => newOperationId(START));
    expect(ids.filter((id) => !isOperationId(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    // 2026-01-01T00:00:00Z is 0x19b76daa800 ms.
    expect(new Set(ids.map((id) => id.slice(1, 13)))).toEqual(new Set(['19b76da-a800']));
    expect(new Set(ids.map((id) => id[0])).size).toBe(16);
    const random = ids.map((id) => id.slice(15).replaceAll('-', ''));
    const values = Array.from({ length: 19 }, (_, place) => new Set(random.map((one) => one[place])).size);
    // The variant of a UUID leaves a digit two bits.
    expect(values).toEqual(values.map((_, place) => (place === 3 ? 4 : 16)));
  });

  it('comes after all earlier ones where the store does not spread them', () => {
    const ids = [START, START + 1, START + 65_536].map((time) => newOperationId(time, false));
    expect(ids.filter((id) => !isOperationId(id) || !id.startsWith('0'))).toEqual([]);
    expect(ids).toEqual(ids.toSorted());
  });

  it('comes after those that this process made in the same millisecond, of which the first is at random', () => {
    const firsts = Array.from({ length: 200 }, (_, n) => {
      const ids = Array.from({ length: 2000 }, () => newOperationId(START + n, false));
      expect(ids).toEqual(ids.toSorted());
      return placeOf(ids[0] ?? '');
    });
    expect(new Set(firsts).size).toBeGreaterThan(150);
  });

  it('tells its time and its place, if it is not spread', () => {
    const times = [0, START, 2 ** 44 - 1];
    expect(times.map((time) => timeOf(newOperationId(time, false)))).toEqual(times);
    const known = '019b76da-a800-8a7f-b000-000000000001';
    expect([timeOf(known), placeOf(known)]).toEqual([Date.UTC(2026, 0, 1), 0xa7f]);
    expect(timeOf(`5${known.slice(1)}`)).toBeUndefined();
  });

  it('comes after all earlier ones that begin with its digit, from 1970 to 2527', () => {
    const times = [0, 1, 15, 16, START, START + 1, START + 65_536, 2 ** 44 - 1];
    const ids = times.flatMap((time) => Array.from({ length: 400 }, () => newOperationId(time)));
    for (const digit of '0123456789abcdef') {
      const places = ids.filter((id) => id.startsWith(digit)).map((id) => id.slice(0, 13));
      expect(places).toEqual(places.toSorted());
      expect(new Set(places).size).toBe(times.length);
    }
  });
});

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
