import { strToU8, zipSync } from 'fflate';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpenedPage } from '../open-page.ts';
import type { Served } from '../served-page.ts';

const docx = (body: string): Buffer =>
  Buffer.from(
    zipSync({
      '[Content_Types].xml': strToU8('<Types/>'),
      'word/document.xml': strToU8(
        `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
      ),
    }),
  );

export const filesSuite = (browser: () => Browser, served: () => Served) =>
  describe('a text comes and goes', () => {
    let opened: OpenedPage;
    beforeAll(async () => {
      opened = await OpenedPage.open(browser(), served());
      await opened.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    });
    afterAll(() => opened.close());
    const open = (name: string, buffer: Buffer) =>
      opened.page.locator('input[type=file]').setInputFiles({ name, mimeType: '', buffer });

    it.each<[string, Buffer, string]>([
      ['letter.txt', Buffer.from('அன்புள்ள\r\nமாமா'), 'அன்புள்ள\nமாமா'],
      ['notepad.txt', Buffer.from('\uFEFFதமிழ்', 'utf16le'), 'தமிழ்'],
      ['essay.md', Buffer.from('# தலைப்பு'), '# தலைப்பு'],
      [
        'word.docx',
        docx(
          '<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>ஒன்று &amp; </w:t></w:r><w:r><w:t xml:space="preserve">இரண்டு</w:t></w:r></w:p><w:p/><w:p><w:del><w:r><w:delText>நீங்கியது</w:delText></w:r></w:del><w:ins><w:r><w:t>மூன்று</w:t></w:r></w:ins><w:r><w:br/><w:t>&lt;b&gt;</w:t></w:r></w:p>',
        ),
        'ஒன்று & இரண்டு\n\nமூன்று\n<b>',
      ],
    ])('from %s', async (name, content, text) => {
      await open(name, content);
      await expect.poll(() => opened.text()).toBe(text);
    });

    it.each<[string, Buffer, string]>([
      ['photo.png', Buffer.from('x'), 'மட்டுமே திறக்க இயலும்'],
      ['broken.docx', Buffer.from('not a zip'), 'படிக்க இயலவில்லை'],
      ['latin.txt', Buffer.from([0xe0, 0xae, 0x20]), 'படிக்க இயலவில்லை'],
    ])('and says why %s cannot be opened', async (name, content, said) => {
      const before = await opened.text();
      await open(name, content);
      await opened.hears(said);
      expect(await opened.text()).toBe(before);
    });

    const drop = (content: string) =>
      opened.page.evaluate(`{
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([${content}], 'dropped.txt', { type: 'text/plain' }));
        document.querySelector('.paper').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      }`);

    it('by a file that is dropped, whose opening can be undone, unless it is too large', async () => {
      await opened.write('என் உரை.');
      await drop('new Uint8Array(5_000_001)');
      await opened.hears('மிகப் பெரியது');
      await drop("'விட்ட கோப்பு.'");
      await expect.poll(() => opened.text()).toBe('விட்ட கோப்பு.');
      await opened.page.keyboard.press('Control+z');
      await expect.poll(() => opened.text()).toBe('என் உரை.');
    });

    it('to the clipboard and to a file', async () => {
      await opened.write('திருத்திய உரை.\nஇரண்டாம் வரி.');
      await opened.page.getByRole('button', { name: 'நகலெடு' }).click();
      await opened.hears('நகலெடுக்கப்பட்டது');
      expect(await opened.page.evaluate('navigator.clipboard.readText()')).toBe('திருத்திய உரை.\nஇரண்டாம் வரி.');
      const [file] = await Promise.all([
        opened.page.waitForEvent('download'),
        opened.page.getByRole('button', { name: 'பதிவிறக்கு' }).click(),
      ]);
      expect(file.suggestedFilename()).toBe('திருத்திய-உரை.txt');
      const chunks: Buffer[] = [];
      for await (const chunk of await file.createReadStream()) chunks.push(chunk);
      expect(Buffer.concat(chunks).toString()).toBe('திருத்திய உரை.\nஇரண்டாம் வரி.');
    });
  });
