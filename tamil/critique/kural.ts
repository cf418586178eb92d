import type { Verse } from '../kural/find-verses.ts';
import type { Essay } from './essay.ts';
import { type Draft, draft, locate } from './item.ts';

/** Editions split words differently and then double or drop a letter at the joint. */
const EDITION = 3;

/** What to say of a verse: that its text holds, or where it strays. */
export const kuralItem = (essay: Essay, verse: Verse): Draft => {
  const { number, text, distance } = verse;
  const common = {
    category: 'kural',
    location: locate(essay, verse),
    sourceTitle: `திருக்குறள் ${number}`,
  } as const;
  if (distance === 0) {
    return draft({
      ...common,
      severity: 'low',
      title: `திருக்குறள் ${number}`,
      description: `மேற்கோள் குறள் ${number}-இன் பாடத்தோடு எழுத்துக்கு எழுத்து ஒத்துள்ளது; குறள் எண்ணை மேற்கோளோடு குறிப்பிடுங்கள்.`,
      badge: 'verified',
    });
  }
  return draft({
    ...common,
    severity: distance <= EDITION ? 'low' : 'high',
    title: `திருக்குறள் ${number}: பாடம் வேறுபடுகிறது`,
    description:
      distance <= EDITION
        ? `மேற்கோள் குறள் ${number}-இன் பாடத்திலிருந்து ஓரிரு எழுத்துகளில் வேறுபடுகிறது; பதிப்புக்கு ஏற்பவும் இது மாறலாம். மூலம்: ‘${text}’.`
        : `மேற்கோள் குறள் ${number}-இன் பாடத்திலிருந்து வேறுபடுகிறது. மூலம்: ‘${text}’.`,
    suggestion: { text, canAutoApply: false, meaningMayChange: true },
    badge: 'conflicting',
  });
};
