/** A short sentence with two slips, so that the offline engine has something to find. */
export const TEXT = 'அந்த பையன் ஒரு ஆடு வாங்கினான்.';
